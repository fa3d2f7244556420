"""What a parameter of somebody's function is for, as its name suggests: a hint for what to try first, no more."""

import re
from enum import Enum


class Role(Enum):
    """What may be handed over."""

    INPUTS = "inputs"
    TARGETS = "targets"
    JOINED = "samples with targets"
    RATE = "learning rate"
    EPOCHS = "epochs"
    BATCH = "batch size"
    COUNT = "number of samples"
    SIZES = "sizes of all layers"
    HIDDEN_SIZES = "sizes of the hidden layers"
    SIZE_IN = "number of inputs"
    SIZE_HIDDEN = "number of hidden units"
    SIZE_OUT = "number of outputs"
    MOMENTUM = "momentum"
    PENALTY = "regularization"
    SEED = "seed"
    ACTIVATION = "activation"
    LOSS = "loss"
    SWITCH = "a switch"
    RANDOM = "a random stream"
    OUTPUT = "what forward returned"
    ERROR = "derivative of the loss by the output"
    GRADS = "gradients"
    PARAMS = "parameters"
    CACHE = "what forward remembered"
    STEP = "number of the step"
    UNKNOWN = ""


_PATTERNS = (
    (
        Role.EPOCHS,
        r"n?_?(epochs?|iters?|iterations?|num_iterations?|num_iters?|n_iter|niter|max_iter\w*|n_epochs?|"
        r"num_epochs?|numepochs?|steps|num_steps|n_steps|times|epocas|epochen|maxiter\w*|n_iterations|"
        r"training_iterations|passes|num_passes|rounds)",
    ),
    (
        Role.RATE,
        r"(lr|l_rate|learning_?rate|learn_?rate|eta|alpha|rate|step_?size|lrate|learningrate|tasa\w*|"
        r"lernrate|n|a_rate|gamma_lr|stepsize)",
    ),
    (Role.BATCH, r"(batch|batch_?size|mini_?batch_?size|bs|minibatch_size)"),
    (Role.SEED, r"(seed|random_?state|rng_?seed|random_seed|semilla)"),
    (Role.MOMENTUM, r"(momentum|mu|mom|beta|beta1|momento)"),
    (Role.PENALTY, r"(lambda_?|lmbda|lamb?d?a?|reg\w*|l2\w*|weight_?decay|wd|lam|reg_lambda|penalty)"),
    (
        Role.SIZES,
        r"(layers?|layer_?sizes?|layer_?dims?|sizes|dims|architecture|arch|topology|structure|shape|"
        r"nn_?structure|neurons|layers_?dims?|units|net_?size|network_?size|layer_?nodes|capas|"
        r"nodes_per_layer|layers_size|n_units|num_neurons|nodes|topologia|schichten|layers?_list)",
    ),
    (Role.HIDDEN_SIZES, r"(hidden_?layers?|hidden_?sizes|hidden_layer_sizes|hidden_dims|hidden_units_list)"),
    (
        Role.SIZE_IN,
        r"(n_?in|n_?inputs?|n_?x|num_?inputs?|in(put)?_?(size|dims?|nodes?|features?|units?|neurons?|"
        r"layer|n|num|shape|count)?|inp|inputs?_?(count|size|nodes|num|dim|n)|ni|n_?features|"
        r"num_?features|nin|inodes|features|d_in|input_layer_?\w*|in_features|entradas|n_entradas|fan_in|"
        r"dim_in|i_size|num_input_nodes|eingaben|d)",
    ),
    (
        Role.SIZE_HIDDEN,
        r"(n_?hid(den)?|n_?h|num_?hid(den)?\w*|hid(den)?s?_?(size|dims?|nodes?|units?|neurons?|layer|n|"
        r"num|count|layer_?\w*)?\d?|nh|hnodes|h|h_size|ocultas|n_ocultas|verborgen|nhid|\w*hdim\w*|"
        r"n_hidden\w*|dim_hidden|n_?neurons|hidden_layer_?\w*)",
    ),
    (
        Role.SIZE_OUT,
        r"(n_?out|n_?outputs?|n_?y|num_?out(put)?s?|out(put)?s?_?(size|dims?|nodes?|features?|units?|"
        r"neurons?|layer|n|num|shape|count)?|no|n_?classes|num_?classes|nout|onodes|classes|d_out|"
        r"output_layer_?\w*|out_features|salidas|n_salidas|fan_out|dim_out|o_size|num_output_nodes|"
        r"ausgaben|k|num_labels|n_labels)",
    ),
    (
        Role.ACTIVATION,
        r"(act\w*|activation\w*|hidden_activation|output_activation|func\w*|non_?linearity|f|transfer\w*)",
    ),
    (Role.LOSS, r"(loss\w*|cost\w*|criterion|objective|loss_?fn|error_func\w*)"),
    (
        Role.SWITCH,
        r"(verbose|print\w*|show\w*|plot\w*|debug|log\w*|disp\w*|deriv\w*|prime|train(ing)?|shuffle|"
        r"display\w*|silent|quiet|use_\w+|is_\w+|display_\w+|every)",
    ),
    (Role.RANDOM, r"(rng|gen|generator|rand|random|rs|prng|random_generator)"),
    (Role.COUNT, r"(m|n_?samples|num_?examples|num_samples|n_?examples|nn_m|batch_len)"),
    (
        Role.JOINED,
        r"(training_?data|train_?data|mini_?batch|batch|dataset|data_?set|train|datos|pairs|examples|"
        r"samples|training_set|trainset|patterns|data|rows|\w*_rows|training_pairs)",
    ),
    (
        Role.PARAMS,
        r"(params?|parameters?|weights|theta\w*|network|model|net|nn|weight_list|w_list|pesos|parametros|"
        r"wb|nn_params|red|netz)",
    ),
    (Role.CACHE, r"(cache\w*|caches|memory|memo|store|forward_?cache|states?|history|activations|zs|saved)"),
    (Role.GRADS, r"(grads?|gradients?|grad_?\w+|derivatives|nabla\w*|deltas?)"),
    (
        Role.ERROR,
        r"(error|err|d_?out(put)?|dl|d_?loss|d_?values?|dvalues|grad_?output|output_?grad(ient)?|"
        r"output_?error|upstream\w*|loss_?grad\w*|dy|d_?y|dz|da|d_?al|accum_grad|back\w*|delta|d_?a|e)",
    ),
    (
        Role.OUTPUT,
        r"(y_?(hat|pred|predicted|p)|out(put)?s?|pred\w*|y_?output|prediction\w*|probs?|yhat|a_?l|al|a2|"
        r"a3|o|result|actual_output|salida|network_output|network_outputs|final_outputs?|y_?est|p|"
        r"hypothesis|aout|a_out|logits|scores)",
    ),
    (
        Role.TARGETS,
        r"(y|t|ys|targets?|labels?|expected\w*|y_?(true|train|real|tr|data|actual|label|enc|onehot|"
        r"one_hot|i|batch|b)|train(ing)?_?(outputs?|y|labels?|targets?|set_outputs?)|desired\w*|"
        r"output_?(data|values|vector|list|labels)|targets?_?\w+|true|truth|ground_?truth|train_y|onehot|"
        r"salida_esperada|esperad\w+|objetivos?|ziel\w*|solution|answers?|correct|outputs_list|d|actual|"
        r"wanted)",
    ),
    (
        Role.INPUTS,
        r"(x|xs|inputs?|inp|in_?data|input_?(data|vector|values|list|matrix|array|s|row)|samples?|"
        r"features?|train(ing)?_?(inputs?|x|features|set_inputs?|samples)|x_?(train|tr|data|in|i|batch|b|"
        r"input)|train_x|a_?0|a|row|data|vec|vector|signals?|entradas?|eingabe\w*|example|image|img|"
        r"pattern|inputs?_?\w+|point|obs\w*|arr)",
    ),
    (Role.STEP, r"(epoch|iteration|iter|step|t|i|it|it_num)"),
)
_COMPILED = tuple((role, re.compile(pattern, re.IGNORECASE)) for role, pattern in _PATTERNS)

CALLED = {
    "forward": (
        r"(forward|feed_?forward|forward_?(pass|prop(agation|agate)?|propagate)|fwd|think|query|run|"
        r"compute|activate|output|propagate|evaluate|calc\w*|infer\w*|predict_?proba\w*|predict|"
        r"raw_predict\w*|adelante|hypothesis|net|model|vorw\w*|propagar|get_output|__call__|forwardprop|"
        r"front_?prop\w*|forward_propagate|nn|predict_\w+|test|h)"
    ),
    "backward": (
        r"(backward|back_?prop(agation|agate|agate_error)?|backward_?(pass|prop(agation|agate)?|propagate|"
        r"propagate_error)|bprop|backprop\w*|bwd|gradients?|compute_gradients?|grad|get_grad\w*|"
        r"calc_grad\w*|atras|loss|cost_function_prime|cost_?prime\w*|back_propagation|r[uü]ckw\w*|"
        r"retropropagar|cost_derivative_\w+)"
    ),
    "update": (
        r"(update\w*|step|apply\w*|optimi[sz]e\w*|adjust\w*|gradient_descent\w*|sgd|update_(weights?|"
        r"params?|parameters)\w*|actualizar\w*|learn)"
    ),
    "train": (
        r"(train\w*|fit\w*|learn\w*|sgd|update_mini_?batch|gradient_descent|run|optimi[sz]e|nn_model|"
        r"model|build_model|entrenar|lernen|train_network|batch_gradient_descent|train_on_batch|"
        r"partial_fit|train_step|step|backprop\w*|adapt|epoch\w*|update|main)"
    ),
    "loss": (
        r"(\w*loss\w*|\w*cost\w*|mse\w*|\w*error\w*|\w*entropy\w*|objective|sse|criterion|bce|nll|perdida|"
        r"verlust)"
    ),
}
"""What people call their functions, by what they do."""


def role_of(name: str) -> Role:
    """Return what a parameter is for, by its name; one of the later rules where none fits better."""
    plain = name.strip("_")
    return next((role for role, pattern in _COMPILED if pattern.fullmatch(plain)), Role.UNKNOWN)


def roles_of(name: str) -> list[Role]:
    """Return everything that a parameter may be for, by its name."""
    plain = name.strip("_")
    if plain == "M":  # beside N, the learning rate, in a program that hundreds have copied
        return [Role.MOMENTUM, Role.COUNT]
    return [role for role, pattern in _COMPILED if pattern.fullmatch(plain)]


def likeness(name: str, kind: str) -> int:
    """Return 0 where a function's name says that it does ``kind``, 1 where it contains such a word, else 2."""
    if re.fullmatch(CALLED[kind], name, re.IGNORECASE):
        return 0
    return 1 if re.search(CALLED[kind].replace(r"\w*", ""), name, re.IGNORECASE) else 2
