package python

import (
	"testing"

	"pgregory.net/rapid"
)

// A dict agrees with a list of pairs, in order, whatever is stored and deleted.
func TestDictOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := NewDict()
		var keys, values []int
		place := func(key int) int {
			for i, other := range keys {
				if other == key {
					return i
				}
			}
			return -1
		}
		for step := range rapid.IntRange(0, 120).Draw(t, "steps") {
			key := rapid.IntRange(0, 40).Draw(t, "key")
			at := place(key)
			if rapid.IntRange(0, 2).Draw(t, "action") == 0 {
				removed, err := d.Delete(NewInt(int64(key)))
				if err != nil || removed != (at >= 0) {
					t.Fatalf("deleting %d: %v, %v", key, removed, err)
				}
				if at >= 0 {
					keys, values = append(keys[:at:at], keys[at+1:]...), append(values[:at:at], values[at+1:]...)
				}
				continue
			}
			if err := d.Set(float64(key), NewInt(int64(step))); err != nil {
				t.Fatal(err)
			}
			if at >= 0 {
				values[at] = step
			} else {
				keys, values = append(keys, key), append(values, step)
			}
		}
		if d.Len() != len(keys) {
			t.Fatalf("%d entries, want %d", d.Len(), len(keys))
		}
		for i, key := range keys {
			atKey, atValue := d.At(i)
			if !Equal(atKey, NewInt(int64(key))) || !Equal(atValue, NewInt(int64(values[i]))) {
				t.Fatalf("entry %d is %v: %v, want %d: %d", i, atKey, atValue, key, values[i])
			}
			if found, there, err := d.Get(NewInt(int64(key))); err != nil || !there || !Equal(found, NewInt(int64(values[i]))) {
				t.Fatalf("key %d: %v, %v, %v", key, found, there, err)
			}
		}
	})
}
