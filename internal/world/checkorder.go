package world

import (
	"bytes"
	"fmt"
	"sort"
)

// orderPair counts how two writes, or a write and a read, behaved in both
// orders on the same state.
type orderPair struct{ tried, same int }

// checkOrders is how many argument draws each pair gets on one state.
const checkOrders = 3

// commute runs pairs of writes in both orders. Two different bookings must not
// depend on which came first; where the same thing is meant (extend and cancel
// one loan) they may.
func (w *walk) commute() {
	for i, first := range w.world.Functions {
		for _, second := range w.world.Functions[i:] {
			if !first.Writes() || !second.Writes() || w.ctx.Err() != nil {
				continue
			}
			for range checkOrders {
				w.bothOrders(first, second)
			}
		}
	}
}

func (w *walk) bothOrders(first, second *Function) {
	a, _, okA := w.arguments(first, 0)
	b, _, okB := w.arguments(second, 0)
	if !okA || !okB {
		return
	}
	forwards, backwards := w.start.Fork(), w.start.Fork()
	firstThen, err1 := forwards.Call(first, a)
	secondThen, err2 := forwards.Call(second, b)
	secondNow, err3 := backwards.Call(second, b)
	firstNow, err4 := backwards.Call(first, a)
	for _, err := range []error{err1, err2, err3, err4} {
		if err != nil {
			w.fault(err, fmt.Sprintf("seed %d, %s and %s one after the other", w.start.Seed, first.Name, second.Name))
			return
		}
	}
	if firstNow.Failure != nil || secondThen.Failure != nil || firstThen.Failure != nil || secondNow.Failure != nil {
		return // only calls that succeed say something about their order
	}
	same := bytes.Equal(firstThen.JSON, firstNow.JSON) && bytes.Equal(secondThen.JSON, secondNow.JSON) && forwards.Hash() == backwards.Hash()
	if first == second && bytes.Equal(first.EncodeArguments(a), second.EncodeArguments(b)) {
		same = forwards.Hash() == backwards.Hash()
	}
	w.checker.noteOrder(first.Name, second.Name, same)
}

func (c *checker) noteOrder(first, second string, same bool) {
	if c.orders == nil {
		c.orders = map[[2]string]*orderPair{}
	}
	pair := c.orders[[2]string{first, second}]
	if pair == nil {
		pair = &orderPair{}
		c.orders[[2]string{first, second}] = pair
	}
	pair.tried++
	pair.same += count(same)
}

// reportOrder logs how often writes commute, and warns where they mostly do not:
// a counter or a position in a table shows through.
func (c *checker) reportOrder() {
	pairs := make([][2]string, 0, len(c.orders))
	for names := range c.orders {
		pairs = append(pairs, names)
	}
	sort.Slice(pairs, func(i, j int) bool {
		return pairs[i][0]+" "+pairs[i][1] < pairs[j][0]+" "+pairs[j][1]
	})
	for _, names := range pairs {
		pair := c.orders[names]
		if pair.same < pair.tried {
			c.log(fmt.Sprintf("%s and %s gave the same in both orders in %d of %d cases", names[0], names[1], pair.same, pair.tried))
		}
		if pair.tried >= 4 && pair.same*2 < pair.tried {
			c.warn(steps("functions", names[1]), "%s and %s depend on their order in %d of %d cases: does one count what came before?", names[0], names[1], pair.tried-pair.same, pair.tried)
		}
	}
}
