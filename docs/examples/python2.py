import numpy

X = numpy.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = numpy.array([[0], [1], [1], [0]])

numpy.random.seed(1)
syn0 = 2 * numpy.random.random((3, 4)) - 1
syn1 = 2 * numpy.random.random((4, 1)) - 1

for i in xrange(60000):
    l1 = 1 / (1 + numpy.exp(-numpy.dot(X, syn0)))
    l2 = 1 / (1 + numpy.exp(-numpy.dot(l1, syn1)))
    error = y - l2
    if i % 10000 == 0:
        print "Error: " + str(numpy.mean(numpy.abs(error)))
    d2 = error * l2 * (1 - l2)
    d1 = d2.dot(syn1.T) * l1 * (1 - l1)
    syn1 += l1.T.dot(d2)
    syn0 += X.T.dot(d1)
