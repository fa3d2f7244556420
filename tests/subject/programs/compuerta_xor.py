# Red neuronal para la compuerta XOR (2-3-1)
import numpy as np

np.random.seed(7)

entradas = np.array([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])
salidas = np.array([[0.], [1.], [1.], [0.]])

pesos_ocultos = np.random.uniform(-1, 1, (2, 3))
sesgo_oculto = np.random.uniform(-1, 1, (1, 3))
pesos_salida = np.random.uniform(-1, 1, (3, 1))
sesgo_salida = np.random.uniform(-1, 1, (1, 1))

tasa = 0.5
epocas = 5000


def sigmoide(x):
    return 1 / (1 + np.exp(-x))


for epoca in range(epocas):
    # propagacion hacia adelante
    capa_oculta = sigmoide(entradas.dot(pesos_ocultos) + sesgo_oculto)
    prediccion = sigmoide(capa_oculta.dot(pesos_salida) + sesgo_salida)

    # retropropagacion
    error = salidas - prediccion
    delta_salida = error * prediccion * (1 - prediccion)
    delta_oculta = delta_salida.dot(pesos_salida.T) * capa_oculta * (1 - capa_oculta)

    pesos_salida += capa_oculta.T.dot(delta_salida) * tasa
    sesgo_salida += np.sum(delta_salida) * tasa
    pesos_ocultos += entradas.T.dot(delta_oculta) * tasa
    sesgo_oculto += np.sum(delta_oculta) * tasa

print("Resultado:")
for e, p in zip(entradas, prediccion):
    print(e, "=>", p)
