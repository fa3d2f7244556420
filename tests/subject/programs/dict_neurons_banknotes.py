import csv
from math import exp
from random import seed, uniform


def load(path):
    with open(path) as f:
        return [[float(v) for v in row[:-1]] + [int(row[-1])] for row in csv.reader(f) if row]


def make_net(n_in, n_hidden, n_out):
    def layer(n, m):
        return [{'w': [uniform(-1, 1) for _ in range(m)], 'bias': uniform(-1, 1)} for _ in range(n)]
    return {'hidden': layer(n_hidden, n_in), 'output': layer(n_out, n_hidden)}


def sigmoid(x):
    return 1 / (1 + exp(-x))


def forward(net, x):
    for node in net['hidden']:
        node['a'] = sigmoid(sum(w * v for w, v in zip(node['w'], x)) + node['bias'])
    h = [node['a'] for node in net['hidden']]
    for node in net['output']:
        node['a'] = sigmoid(sum(w * v for w, v in zip(node['w'], h)) + node['bias'])
    return [node['a'] for node in net['output']]


def backward(net, target):
    for k, node in enumerate(net['output']):
        a = node['a']
        node['d'] = (a - target[k]) * a * (1 - a)
    for j, node in enumerate(net['hidden']):
        a = node['a']
        s = 0
        for k, out in enumerate(net['output']):
            s += out['w'][k] * out['d']
        node['d'] = s * a * (1 - a)


def update(net, x, lr):
    h = [node['a'] for node in net['hidden']]
    for layer, inp in (('output', h), ('hidden', x)):
        for node in net[layer]:
            node['w'] = [w - lr * node['d'] * v for w, v in zip(node['w'], inp)]
            node['bias'] -= lr * node['d']


def train(net, rows, lr=0.3, epochs=50):
    for e in range(epochs):
        loss = 0
        for row in rows:
            x, t = row[:-1], [1 - row[-1], row[-1]]
            out = forward(net, x)
            loss += 0.5 * sum((o - v) ** 2 for o, v in zip(out, t))
            backward(net, t)
            update(net, x, lr)
        if e % 10 == 0:
            print(e, loss / len(rows))


if __name__ == '__main__':
    seed(1)
    rows = load('data_banknote_authentication.csv')
    train(make_net(4, 3, 2), rows)
