# The queue of bench_model.c and the loop of bench_des.c with SimPy 2.3 (python3-simpy), for
# the ratio. Prints "name value unit" a line.
import random
import time

from SimPy.Simulation import Process, Resource, activate, hold, initialize, release, request
from SimPy.Simulation import simulate

N_CUSTOMERS, N_PENDING, N_EVENTS = 30000, 1000, 200000


class Customer(Process):
    def visit(self, server):
        yield request, self, server
        yield hold, self, random.expovariate(1.0)
        yield release, self, server


class Source(Process):
    def generate(self, server):
        for _ in range(N_CUSTOMERS):
            yield hold, self, random.expovariate(0.9)
            customer = Customer()
            activate(customer, customer.visit(server))


class Again(Process):
    def run(self):
        while True:
            yield hold, self, random.expovariate(1.0)


def seconds_of(begin, until):
    random.seed(1)
    initialize()
    begin()
    start = time.perf_counter()
    simulate(until=until)
    return time.perf_counter() - start


def queue():
    source = Source()
    activate(source, source.generate(Resource(capacity=1)))


def loop():
    for _ in range(N_PENDING):
        again = Again()
        activate(again, again.run())


print("simpy_mm1_customer %.0f ns" % (1e9 * seconds_of(queue, 1e9) / N_CUSTOMERS))
print("simpy_event_1000_pending %.0f ns" % (1e9 * seconds_of(loop, N_EVENTS / N_PENDING) / N_EVENTS))
