# Back-propagation neural network, simple version
import math
import random

random.seed(0)

def rand(a, b):
    return (b - a) * random.random() + a

def makeMatrix(I, J, fill=0.0):
    m = []
    for i in xrange(I):
        m.append([fill] * J)
    return m

class NN:
    def __init__(self, ni, nh, no):
        # one more input node for the bias
        self.ni = ni + 1
        self.nh = nh
        self.no = no
        self.ai = [1.0] * self.ni
        self.ah = [1.0] * self.nh
        self.ao = [1.0] * self.no
        self.wi = [[rand(-0.5, 0.5) for j in xrange(self.nh)] for i in xrange(self.ni)]
        self.wo = [[rand(-1.0, 1.0) for k in xrange(self.no)] for j in xrange(self.nh)]
        self.ci = makeMatrix(self.ni, self.nh)
        self.co = makeMatrix(self.nh, self.no)

    def update(self, inputs):
        if len(inputs) != self.ni - 1:
            raise ValueError, 'wrong number of inputs'
        for i in xrange(self.ni - 1):
            self.ai[i] = inputs[i]
        for j in xrange(self.nh):
            self.ah[j] = math.tanh(sum(self.ai[i] * self.wi[i][j] for i in xrange(self.ni)))
        for k in xrange(self.no):
            self.ao[k] = math.tanh(sum(self.ah[j] * self.wo[j][k] for j in xrange(self.nh)))
        return self.ao[:]

    def backPropagate(self, targets, N, M):
        od = [(targets[k] - self.ao[k]) * (1 - self.ao[k] ** 2) for k in xrange(self.no)]
        hd = [0.0] * self.nh
        for j in xrange(self.nh):
            s = sum(od[k] * self.wo[j][k] for k in xrange(self.no))
            hd[j] = s * (1 - self.ah[j] ** 2)
        for j in xrange(self.nh):
            for k in xrange(self.no):
                change = od[k] * self.ah[j]
                self.wo[j][k] += N * change + M * self.co[j][k]
                self.co[j][k] = change
        for i in xrange(self.ni):
            for j in xrange(self.nh):
                change = hd[j] * self.ai[i]
                self.wi[i][j] += N * change + M * self.ci[i][j]
                self.ci[i][j] = change
        return sum(0.5 * (targets[k] - self.ao[k]) ** 2 for k in xrange(self.no))

    def train(self, patterns, iterations=1000, N=0.5, M=0.1):
        for i in xrange(iterations):
            error = 0.0
            for p in patterns:
                self.update(p[0])
                error += self.backPropagate(p[1], N, M)
            if i % 100 == 0:
                print 'error %-.5f' % error

    def test(self, patterns):
        for p in patterns:
            print p[0], '->', self.update(p[0])

def demo():
    pat = [[[0, 0], [0]], [[0, 1], [1]], [[1, 0], [1]], [[1, 1], [0]]]
    n = NN(2, 2, 1)
    n.train(pat)
    n.test(pat)

if __name__ == '__main__':
    demo()
