"""Every network, sum and picture of the articles, in words, and where it is to be found here."""

from attrs import frozen

LONG = "A Neuron Is All You Need: Building Neural Networks from Scratch"
PROSE = "A Neuron Is All It Took: Building Neural Networks from Scratch"
LESSON = "A NumPy lesson on neural networks and backpropagation"
LINES = "From Lines to Neurons"
BASICS = "Neural Network - basics with hands on"
ARTICLES = (LONG, PROSE, LESSON, LINES, BASICS)


@frozen
class System:
    """Something that an article builds.

    Attributes:
        text: what it is.
        articles: titles of the articles that have it.
        scenarios: names of the scenarios that compute it.
        note: what is drawn of it, or why nothing is computed.
    """

    text: str
    articles: tuple[str, ...]
    scenarios: tuple[str, ...] = ()
    note: str = ""


SYSTEMS = (
    System(
        "a score for going for a run: three inputs, three weights, a bias", (LONG, PROSE), ("running-neuron",)
    ),
    System(
        "the sigmoid, and the score as a confidence",
        (LONG, PROSE, BASICS),
        ("sigmoid-values", "running-neuron"),
    ),
    System(
        "the plot of the sigmoid with the score on it", (LONG,), ("sigmoid-values",), "curve of the report"
    ),
    System("the complete neuron on a rainy and on a tired day", (LONG, PROSE), ("running-neuron",)),
    System(
        "exclusive or and its scatter plot",
        (LONG, PROSE, BASICS),
        ("xor-sigmoid", "xor-sigmoid-long"),
        "the points on every decision boundary of the report",
    ),
    System("one neuron with weights 1 and -1", (LONG, PROSE), ("xor-one-neuron-by-hand", "xor-one-neuron")),
    System("its decision boundary", (LONG,), ("xor-one-neuron-by-hand",), "decision boundary of the report"),
    System("a 2-2-1 network wired by hand", (LONG, PROSE), ("xor-hand-wired",)),
    System(
        "its hidden units, its four outputs, its boundary",
        (LONG,),
        ("xor-hand-wired",),
        "decision boundary of the report",
    ),
    System("a layer for one row and for a whole batch", (LONG, PROSE), ("batch-versus-single",)),
    System("the mean squared error", (LONG, PROSE, BASICS), ("xor-hand-wired", "xor-sigmoid-long")),
    System("the loss of a random 2-2-1 network", (LONG, PROSE), ("xor-2-2-1-first-step",)),
    System("backpropagation through its output layer", (LONG,), ("xor-2-2-1-first-step",)),
    System("backpropagation through both layers", (LONG,), ("xor-2-2-1-first-step",)),
    System("a class for networks of any shape", (LONG, PROSE), ("xor-sigmoid",)),
    System("a 2-4-1 network, 3,000 steps at learning rate 2", (LONG, PROSE), ("xor-sigmoid",)),
    System(
        "its loss curve and its decision boundary",
        (LONG,),
        ("xor-sigmoid",),
        "loss curves and decision boundary of the report",
    ),
    System(
        "experiments: two hidden units, other learning rates",
        (LONG,),
        ("xor-two-hidden", "xor-rate-100", "xor-rate-0001"),
    ),
    System(
        "the same network in a few lines of Keras",
        (LONG, PROSE),
        ("keras-snippet-as-printed", "xor-rate-copied"),
    ),
    System(
        "diagrams of a neuron and of the training cycle, and a worked table of squared errors",
        (PROSE,),
        ("running-neuron", "xor-hand-wired"),
    ),
    System("the rule by which weights are updated", (PROSE,), ("xor-2-2-1-first-step",)),
    System("one neuron with two inputs", (LESSON,), ("lesson-neuron",)),
    System("sigmoid, ReLU and their derivatives", (LESSON,), ("sigmoid-values", "xor-relu")),
    System(
        "exclusive or with ReLU; width, start, learning rate and steps not given", (LESSON,), ("xor-relu",)
    ),
    System(
        "an industrial sensor, 2-16-3 with softmax; data and settings not given",
        (LESSON,),
        ("sensor", "sensor-logits", "sensor-mini-batches"),
    ),
    System("regression of four points by a 1-1-1 network", (LINES,), ("regression-1-1-1",)),
    System("its gradients by hand, point by point, and one step", (LINES,), ("regression-1-1-1",)),
    System("its whole training", (LINES,), ("regression-1-1-1",)),
    System(
        "a playground with four sliders",
        (LINES,),
        ("regression-1-1-1",),
        "the trained curve in the report; the sliders are the numbers in the scenario's file",
    ),
    System(
        "two hidden sigmoids that make a bump",
        (LINES,),
        ("regression-1-2-1", "xor-momentum"),
        "loss curves and trained curves of the report",
    ),
    System("a price line: $200 a square foot", (BASICS,), ("house-price-line", "house-prices")),
    System("linear layers that collapse into one", (BASICS, LESSON), ("linear-collapse", "xor-linear")),
    System("worked sums: errors, updates, deltas", (BASICS,), ("house-price-line",)),
    System("exclusive or in functions, untrained", (BASICS,), ("xor-sigmoid-long",)),
    System("its training, 10,000 steps", (BASICS,), ("xor-sigmoid-long",), "loss curves of the report"),
    System(
        "the plot of the sigmoid and its derivative", (BASICS,), ("sigmoid-values",), "curve of the report"
    ),
    System("breaking it: learning rate 100", (BASICS,), ("xor-rate-100",), "loss curves of the report"),
    System("breaking it: learning rate 0.001", (BASICS,), ("xor-rate-0001",), "loss curves of the report"),
    System(
        "breaking it: two hidden units, output weights updated too early",
        (BASICS,),
        ("xor-two-hidden",),
        "loss curves of the report",
    ),
    System("counting its parameters", (BASICS,), ("xor-sigmoid-long",)),
    System(
        "prose on gradients, depth, approximation and frameworks",
        (PROSE, LESSON, BASICS),
        ("vanishing-gradient", "linear-collapse", "xor-zeros", "keras-snippet-as-printed"),
    ),
)
