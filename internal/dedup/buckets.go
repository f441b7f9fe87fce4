package dedup

import (
	"math"
	"slices"
)

// buckets finds, in every band, the ids that came with the same fingerprint. A
// band is a hash table of chains; the links of all chains lie in chunks by id, so
// that growing copies nothing but the tables' heads. An id takes 8 bytes a band
// for its link, and 4 to 8 for the heads.
type buckets struct {
	bands, limit int
	count        int
	crowded      int
	chunks       [][]link
	heads        [][]uint32 // by band: the first id of each chain plus 1, 0 for none
}

// link is an id's place in the chain of one band.
type link struct {
	print uint32
	next  uint32 // the next id plus 1; 0 at the end; unlinked where the bucket was full
}

const (
	linkChunk = 1 << 10 // ids
	unlinked  = math.MaxUint32
	firstSize = 1 << 10 // of a band's table
)

func newBuckets(bands, limit int) *buckets {
	b := &buckets{bands: bands, limit: limit, heads: make([][]uint32, bands)}
	for band := range b.heads {
		b.heads[band] = make([]uint32, firstSize)
	}
	return b
}

func (b *buckets) link(id uint32, band int) *link {
	return &b.chunks[id/linkChunk][int(id%linkChunk)*b.bands+band]
}

// slot is the place of a fingerprint's chain in a table whose size is a power of
// two. A fingerprint may have few bits, so they are spread first.
func slot(print uint32, size int) uint32 {
	return uint32(uint64(print)*0x9e3779b97f4a7c15>>32) & uint32(size-1)
}

// find appends the ids that share a band with the fingerprints, each once, in
// ascending order.
func (b *buckets) find(prints []uint32, out []uint32) []uint32 {
	for band, print := range prints {
		heads := b.heads[band]
		for at := heads[slot(print, len(heads))]; at != 0; {
			link := b.link(at-1, band)
			if link.print == print {
				out = append(out, at-1)
			}
			at = link.next
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// add gives the next id to these fingerprints. Chains are kept in the order of the
// ids.
func (b *buckets) add(prints []uint32) int {
	id := uint32(b.count)
	if id%linkChunk == 0 {
		b.chunks = append(b.chunks, make([]link, linkChunk*b.bands))
	}
	if b.count == len(b.heads[0]) {
		b.grow()
	}
	for band, print := range prints {
		own := b.link(id, band)
		own.print = print
		if last, full := b.last(band, print); full {
			own.next = unlinked
			b.crowded++
		} else {
			*last = id + 1
		}
	}
	b.count++
	return int(id)
}

// last returns where a chain ends, or that the fingerprint has its share already.
func (b *buckets) last(band int, print uint32) (last *uint32, full bool) {
	heads := b.heads[band]
	last = &heads[slot(print, len(heads))]
	for same := 0; *last != 0; {
		link := b.link(*last-1, band)
		if link.print == print {
			if same++; same == b.limit {
				return nil, true
			}
		}
		last = &link.next
	}
	return last, false
}

// grow doubles the tables. Going down the ids and putting each in front leaves the
// chains ascending.
func (b *buckets) grow() {
	for band := range b.heads {
		heads := make([]uint32, 2*len(b.heads[band]))
		b.heads[band] = heads
		for id := uint32(b.count); id > 0; id-- {
			link := b.link(id-1, band)
			if link.next == unlinked {
				continue
			}
			head := &heads[slot(link.print, len(heads))]
			link.next, *head = *head, id
		}
	}
}

func (b *buckets) bytes() int64 {
	return int64(len(b.chunks))*linkChunk*int64(b.bands)*8 + int64(b.bands)*int64(len(b.heads[0]))*4
}
