"""Checks made by hand, one for every verdict."""

from parity.checking.findings import Check, Outcome, Part, Reason

WITNESSES = ("torch 2.13.0", "keras 3.15.1", "complex step")

ORDER = Reason(
    "G114",
    "weights updated before the error is propagated through them",
    "in train(): compute dW1 before W2 is changed, or keep a copy of W2 for it.",
    evidence="this mistake gives all 6 wrong gradients to 0.8 noise units",
    where="mynet.py:57, in backward(): W2 is changed here and read again in line 60",
    hint="Think about which W2 the error has to go through.",
    looks="the gradients of the last layer are right, all before it are a little off.",
)

RIGHT_PARTS = (
    Part("forward", Outcome.EXACT, 0.4, WITNESSES),
    Part("reported loss", Outcome.EXACT, 0.0, WITNESSES),
    Part("gradient of layer_2/kernel", Outcome.EXACT, 0.8, WITNESSES),
    Part("gradient of layer_2/bias", Outcome.EXACT, 0.31, WITNESSES),
)

WRONG_PARTS = (
    Part("gradient of layer_1/bias", Outcome.WRONG, 1.2e10, WITNESSES, "worst at [1]: got 0.25, want 0.26"),
    Part(
        "gradient of layer_1/kernel",
        Outcome.WRONG,
        7.8e13,
        WITNESSES,
        "worst at [2, 1]: got 0.0940, want 0.00294; cosine 0.999996, ratio 1.03 to 1.9",
    ),
)

UNDERSTOOD = (
    "class NeuralNetwork: 2-4-1, sigmoid / sigmoid, loss: mean squared error",
    "rows are samples; weights are (in, out); biases are added; plain gradient descent at rate 0.5, "
    "one update a call of train(X, y)",
)

WRONG = Check("mynet.py", Outcome.WRONG, UNDERSTOOD, (*RIGHT_PARTS, *WRONG_PARTS), (ORDER,), seconds=1.25)
RIGHT = Check("good.py", Outcome.EXACT, UNDERSTOOD, RIGHT_PARTS, seconds=0.5)
CONSTANT = Check(
    "half.py",
    Outcome.CONSTANT,
    UNDERSTOOD,
    (
        *RIGHT_PARTS[:2],
        Part("gradient of layer_1/kernel", Outcome.CONSTANT, 0.7, WITNESSES, "exactly 0.5 of the gradient"),
    ),
    notes=("the gradient is that of half the loss that is printed; the learning rate makes up for it",),
)
UNKNOWN = Check(
    "odd.py",
    Outcome.WRONG,
    UNDERSTOOD,
    (Part("gradient of layer_1/kernel", Outcome.WRONG, float("inf"), WITNESSES),),
    evidence=("the error is in row 0 only", "only inputs of exactly 0 show it"),
    next=("look at the line that uses X[0]",),
)
UNCLEAR = Check(
    "what.py",
    Outcome.UNCLEAR,
    next=("fill this in, and run: parity check adapter.py", "def forward(x):\n    return net.predict(x)\n"),
)
FAILED = Check(
    "crash.py",
    Outcome.FAILED,
    parts=(Part("running it", Outcome.FAILED, None, (), "ValueError in line 3: shapes (2,3) and (2,3)"),),
)
NASTY = Check(
    "<img src=x onerror=alert(1)>.py",
    Outcome.WRONG,
    ("class \x1b[31m<b>Net</b>: \u202egnorts",),
    (Part("gradient of <script>alert(1)</script>", Outcome.WRONG, float("nan"), (), "<i>&amp;</i> \udce9"),),
    (Reason("G1", "<u>name</u>", "<s>fix</s>", "<em>evidence</em>", "<q>where</q>"),),
    ("<a href=x>", "code\n<pre>"),
    ("<note>",),
    ("<next>",),
)
ALL = (WRONG, RIGHT, CONSTANT, UNKNOWN, UNCLEAR, FAILED, NASTY)
