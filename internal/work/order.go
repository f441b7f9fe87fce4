package work

// Grouped returns the numbers of all jobs in an order in which those with equal
// keys follow one another. Groups come in the order of their first jobs, and jobs
// keep their order within a group, so it is the same for the same keys. A server
// that is asked in this order finds what a group has in common in its cache.
func Grouped(keys []string) []int {
	groups := make(map[string]int, len(keys)) // key to its place
	sizes := []int{}
	for _, key := range keys {
		group, known := groups[key]
		if !known {
			group = len(sizes)
			groups[key] = group
			sizes = append(sizes, 0)
		}
		sizes[group]++
	}
	next := 0
	for group, size := range sizes {
		sizes[group] = next // from here on where the next job of the group goes
		next += size
	}
	order := make([]int, len(keys))
	for job, key := range keys {
		group := groups[key]
		order[sizes[group]] = job
		sizes[group]++
	}
	return order
}
