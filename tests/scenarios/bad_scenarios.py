"""One good scenario, and every way of spoiling it: what is changed, and the complaint that must follow.

One case a line, however long: a table is read downwards.
"""

# ruff: noqa: E501

GOOD = """
name = "mine"
title = "My network"

[data]
inputs = [[0.0, 1.0], [1.0, 0.0], [1, 1]]
targets = [[1.0], [0.0], [0]]

[[layers]]
units = 2
activation = "tanh"

[[layers]]
units = 1
activation = "sigmoid"

[initial]
seed = 7

[training]
loss = "binary_cross_entropy"
learning_rate = 1
epochs = 3
"""

LOSSES = (
    "one of mean_squared_error, half_squared_error, binary_cross_entropy, binary_cross_entropy_from_logits, "
    "categorical_cross_entropy or categorical_cross_entropy_from_logits"
)
TARGETS = "targets = [[1.0], [0.0], [0]]"
INPUTS = "inputs = [[0.0, 1.0], [1.0, 0.0], [1, 1]]"
BCE = '"binary_cross_entropy"'
SEED = "seed = 7"
HIDDEN = 'units = 2\nactivation = "tanh"'
OUTPUT = 'units = 1\nactivation = "sigmoid"'
EPOCHS = "epochs = 3"
TITLE = 'title = "My network"'
NO_TRAINING = GOOD[GOOD.index("[training]") :]


def weights(text: str) -> str:
    """Return the lines that give explicit weights."""
    return f'rule = "weights"\n[initial.weights]\n{text}'


# (id, what is replaced, by what, text of the complaint, its place)
KEYS_AND_TYPES = [
    ("name missing", 'name = "mine"', "", "name is missing, but should be text of lower-case words joined by hyphens", "name"),
    ("name", '"mine"', '"My net"', "name is 'My net', but should be text of lower-case words joined by hyphens", "name"),
    ("name with two hyphens", '"mine"', '"my--net"', "name is 'my--net', but should be text of lower-case words joined by hyphens", "name"),
    ("name no text", '"mine"', "5", "name is 5, but should be text of lower-case words joined by hyphens", "name"),
    ("title", '"My network"', '" "', "title is ' ', but should be text that is not empty", "title"),
    ("unknown key", TITLE, TITLE + "\nexpects = 1", "expects is unknown here; did you mean expect?", "expects"),
    ("path is not for files", TITLE, TITLE + '\npath = "x"', "path is unknown here, but should be one of name, title, data, layers, about, sources, initial, training, record, against, overrides, expect, expect_nonfinite, time_limit or claims", "path"),
    ("expect", TITLE, TITLE + '\nexpect = "brocken"', "expect is 'brocken', but should be one of holds, broken or could not tell; did you mean broken?", "expect"),
    ("sources", TITLE, TITLE + '\nsources = "one"', "sources is 'one', but should be a list of names", "sources"),
    ("source", TITLE, TITLE + '\nsources = ["one", 2]', "sources[1] is 2, but should be text", "sources[1]"),
    ("time limit", TITLE, TITLE + "\ntime_limit = 0", "time_limit is 0, but should be a finite number above 0", "time_limit"),
    ("yes or no", TITLE, TITLE + "\nexpect_nonfinite = 1", "expect_nonfinite is 1, but should be true or false", "expect_nonfinite"),
    ("table", "[data]\n" + INPUTS + "\n" + TARGETS, 'data = "xor"', "data is 'xor', but should be a table", "data"),
    ("seed", SEED, "seed = -1", "seed is -1, but should be a whole number from 0 to 4294967295", "initial.seed"),
    ("large seed", SEED, "seed = 4294967296", "seed is 4294967296, but should be a whole number from 0 to 4294967295", "initial.seed"),
    ("scale", SEED, "scale = -0.5", "scale is -0.5, but should be a finite number that is not negative", "initial.scale"),
    ("rule", SEED, 'rule = "he_norm"', "rule is 'he_norm', but should be one of normal, uniform, glorot_uniform, glorot_normal, he_normal, zeros, weights or file; did you mean he_normal?", "initial.rule"),
    ("units 0", "units = 2", "units = 0", "units is 0, but should be a whole number of at least 1", "layers[0].units"),
    ("units no whole number", "units = 2", "units = 2.0", "units is 2.0, but should be a whole number of at least 1", "layers[0].units"),
    ("units as text", "units = 2", 'units = "2"', "units is '2', but should be a whole number of at least 1", "layers[0].units"),
    ("units true", "units = 2", "units = true", "units is true, but should be a whole number of at least 1", "layers[0].units"),
    ("unit", "units = 1", "unit = 1", "unit is unknown here; did you mean units?", "layers[1].unit"),
    ("nothing like it", "units = 1", "units = 1\nzzz = 1", "zzz is unknown here, but should be one of units, activation or bias", "layers[1].zzz"),
    ("activation", '"tanh"', '"Sigmoid"', "activation is 'Sigmoid', but should be one of linear, sigmoid, tanh, relu or softmax; did you mean sigmoid?", "layers[0].activation"),
    ("loss", BCE, '"mse"', f"loss is 'mse', but should be {LOSSES}", "training.loss"),
    ("rate as text", "learning_rate = 1", 'learning_rate = "0.1"', "learning_rate is '0.1', but should be a finite number that is not negative", "training.learning_rate"),
    ("rate negative", "learning_rate = 1", "learning_rate = -1", "learning_rate is -1, but should be a finite number that is not negative", "training.learning_rate"),
    ("rate nan", "learning_rate = 1", "learning_rate = nan", "learning_rate is nan, but should be a finite number that is not negative", "training.learning_rate"),
    ("rate inf", "learning_rate = 1", "learning_rate = inf", "learning_rate is inf, but should be a finite number that is not negative", "training.learning_rate"),
    ("rate huge", "learning_rate = 1", f"learning_rate = 1{'0' * 400}", f"learning_rate is 1{'0' * 56}..., but should be a finite number that is not negative", "training.learning_rate"),
    ("rate missing", "learning_rate = 1", "", "learning_rate is missing, but should be a finite number that is not negative", "training.learning_rate"),
    ("epochs", EPOCHS, "epochs = 0", "epochs is 0, but should be a whole number of at least 1", "training.epochs"),
    ("epochs missing", EPOCHS, "", "epochs is missing, but should be a whole number of at least 1", "training.epochs"),
    ("batch size", EPOCHS, "epochs = 3\nbatch_size = 0", "batch_size is 0, but should be a whole number of at least 1", "training.batch_size"),
    ("momentum 1", EPOCHS, "epochs = 3\nmomentum = 1", "momentum is 1, but should be a finite number of at least 0 and below 1", "training.momentum"),
    ("momentum negative", EPOCHS, "epochs = 3\nmomentum = -0.1", "momentum is -0.1, but should be a finite number of at least 0 and below 1", "training.momentum"),
    ("number in the data", INPUTS, "inputs = [[0.0, 1.0], [1.0, nan], [1, 1]]", "inputs[1][1] is nan, but should be a finite number", "data.inputs[1][1]"),
    ("truth in the data", INPUTS, "inputs = [[0.0, 1.0], [true, 1.0], [1, 1]]", "inputs[1][0] is true, but should be a finite number", "data.inputs[1][0]"),
    ("flat data", INPUTS, "inputs = [0.5]", "inputs[0] is 0.5, but should be a list of numbers", "data.inputs[0]"),
    ("data as text", INPUTS, 'inputs = "xor"', "inputs is 'xor', but should be a list of rows of numbers", "data.inputs"),
    ("unknown dataset", INPUTS, 'name = "xorr"', "name is 'xorr', but should be one of bump, house_prices, noise, running_decision, sensor or xor; did you mean xor?", "data.name"),
    ("weight as text", SEED, weights('"dense_1/bias" = ["a", 0]'), "\"dense_1/bias\"[0] is 'a', but should be a finite number", 'initial.weights."dense_1/bias"[0]'),
    ("weight nan", SEED, weights('"dense_2/kernel" = [[1], [nan]]'), '"dense_2/kernel"[1][0] is nan, but should be a finite number', 'initial.weights."dense_2/kernel"[1][0]'),
    ("weights no list", SEED, weights('"dense_1/bias" = 3'), '"dense_1/bias" is 3, but should be a list of numbers or a list of rows of numbers', 'initial.weights."dense_1/bias"'),
    ("weights half a matrix", SEED, weights('"dense_1/kernel" = [[1, 2], 3]'), '"dense_1/kernel"[1] is 3, but should be a list of numbers', 'initial.weights."dense_1/kernel"[1]'),
    ("against", TITLE, TITLE + '\nagainst = ["pytorch"]', "against[0] is 'pytorch', but should be one of torch or keras; did you mean torch?", "against[0]"),
    ("override", EPOCHS, EPOCHS + "\n[overrides.torch]\nlearningrate = 1", "learningrate is unknown here; did you mean learning_rate?", "overrides.torch.learningrate"),
    ("override rate", EPOCHS, EPOCHS + "\n[overrides.torch]\nlearning_rate = -1", "learning_rate is -1, but should be a finite number that is not negative", "overrides.torch.learning_rate"),
    ("claim", EPOCHS, EPOCHS + '\n[[claims]]\nid = "C1"\nsource = "x"', "text is missing, but should be text", "claims[0].text"),
    ("claimed", EPOCHS, EPOCHS + '\n[[claims]]\nid = "C1"\nsource = "x"\ntext = "x"\nclaimed = [1]', "claimed is a list, but should be text, a number, true or false", "claims[0].claimed"),
]  # fmt: skip

MEANING = [
    ("no data", INPUTS, "", "inputs is missing, but should be given where no dataset is named", "data.inputs"),
    ("data twice", f"{INPUTS}\n{TARGETS}", INPUTS + '\nname = "xor"', "inputs is given, but should not be where a dataset is named", "data.inputs"),
    ("no rows", INPUTS, "inputs = []", "inputs is empty, but should have at least one row", "data.inputs"),
    ("empty row", INPUTS, "inputs = [[1], [], [1]]", "inputs[1] is empty, but should have at least one number", "data.inputs[1]"),
    ("ragged", INPUTS, "inputs = [[0, 1], [1], [1, 1]]", "inputs[1] has 1 number, but should have 2 like inputs[0]", "data.inputs[1]"),
    ("ragged targets", TARGETS, "targets = [[0], [1, 2], [1]]", "targets[1] has 2 numbers, but should have 1 like targets[0]", "data.targets[1]"),
    ("rows differ", TARGETS, "targets = [[1]]", "targets has 1 row, but should have 3 like inputs", "data.targets"),
    ("task binary", TARGETS, 'targets = [[1, 0], [0, 1], [1, 0]]\ntask = "binary"', "task is binary, but should be classes or regression for 2 target columns", "data.task"),
    ("task classes", TARGETS, TARGETS + '\ntask = "classes"', "task is classes, but should be binary for 1 target column", "data.task"),
    ("no targets", TARGETS, "", "targets is missing, but should be given where there is training", "data.targets"),
    ("targets for binary", TARGETS, "targets = [[1], [0], [2]]", "targets should be between 0 and 1 for the loss binary_cross_entropy", "data.targets"),
    ("empty layer", HIDDEN, "", "layers[0] is empty, but should have units, an activation or both", "layers[0]"),
    ("bias of nothing", HIDDEN, 'activation = "tanh"\nbias = false', "bias is false, but should not be given for an activation alone", "layers[0].bias"),
    ("last width", "units = 1", "units = 3", "units is 3, but should be 1, the number of target columns", "layers[1].units"),
    ("weights without weights", SEED, 'rule = "weights"', "weights is missing, but should be given for the rule 'weights'", "initial.weights"),
    ("file without file", SEED, 'rule = "file"', "file is missing, but should be given for the rule 'file'", "initial.file"),
    ("weights with another rule", SEED, '[initial.weights]\n"dense_1/bias" = [0, 0]', "rule is 'normal', but should be 'weights' where 'weights' is given", "initial.rule"),
    ("file with another rule", SEED, 'file = "a.safetensors"', "rule is 'normal', but should be 'file' where 'file' is given", "initial.rule"),
    ("random biases of zeros", SEED, 'rule = "zeros"\nrandom_biases = true', "random_biases is true, but should be false for the rule 'zeros', which draws nothing", "initial.random_biases"),
    ("stream of explicit data", SEED, "continue_dataset = true", "continue_dataset is true, but should be false for explicit data, which is not drawn at random", "initial.continue_dataset"),
    ("unknown weights", SEED, weights('"dense_3/bias" = [0]'), '"dense_3/bias" is no parameter of this network, but should be one of dense_1/kernel, dense_1/bias, dense_2/kernel or dense_2/bias; did you mean dense_2/bias?', 'initial.weights."dense_3/bias"'),
    ("weights without a slash", SEED, weights("kernel = [0]"), "kernel is no parameter of this network, but should be one of dense_1/kernel, dense_1/bias, dense_2/kernel or dense_2/bias; did you mean dense_2/kernel?", "initial.weights.kernel"),
    ("weights of wrong shape", SEED, weights('"dense_1/kernel" = [[1, 2, 3], [4, 5, 6]]'), '"dense_1/kernel" is of shape (2, 3), but should be of shape (2, 2)', 'initial.weights."dense_1/kernel"'),
    ("weights of wrong rank", SEED, weights('"dense_1/bias" = [[1, 2]]'), '"dense_1/bias" is of shape (1, 2), but should be of shape (2,)', 'initial.weights."dense_1/bias"'),
    ("ragged weights", SEED, weights('"dense_1/kernel" = [[1, 2], [3]]'), '"dense_1/kernel" has rows of different lengths, but should be of shape (2, 2)', 'initial.weights."dense_1/kernel"'),
    ("no weights at all", SEED, weights('"dense_1/bias" = []'), '"dense_1/bias" is of shape (0,), but should be of shape (2,)', 'initial.weights."dense_1/bias"'),
    ("nesterov", EPOCHS, "epochs = 3\nnesterov = true", "momentum is 0, but should be above 0 for Nesterov's momentum", "training.momentum"),
    ("probabilities", '"sigmoid"', '"relu"', "activation is relu, but should be sigmoid for the loss binary_cross_entropy", "layers[1].activation"),
    ("probabilities of nothing", 'units = 1\nactivation = "sigmoid"', "units = 1", "activation is linear, but should be sigmoid for the loss binary_cross_entropy", "layers[1].activation"),
    ("logits behind sigmoid", BCE, '"binary_cross_entropy_from_logits"', "loss is binary_cross_entropy_from_logits, but should be binary_cross_entropy behind sigmoid", "training.loss"),
    ("unknown framework", EPOCHS, EPOCHS + "\n[overrides.tensorflow]\nlearning_rate = 1", "tensorflow is no known framework, but should be one of torch or keras", "overrides.tensorflow"),
    ("override of nobody", TITLE, TITLE + '\nagainst = ["keras"]\n[overrides.torch]\nlearning_rate = 1', "torch is given, but should be keras, which is all that against names", "overrides.torch"),
    ("override of no training", NO_TRAINING, "[overrides.torch]\nlearning_rate = 1", "learning_rate is given, but should not be where there is no training", "overrides.torch.learning_rate"),
]  # fmt: skip
