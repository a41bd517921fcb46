// Scalars, strings and methods.
package main

import "fmt"

type pair struct {
	a int32
	b int64
}

//go:noinline
func take_scalars(id int32, small int16, flag bool, letter byte, big uint64) int32 {
	if flag {
		return id + int32(small) + int32(letter) + int32(big)
	}
	return id
}

//go:noinline
func take_text(id int32, name string, bytes []byte) int { return int(id) + len(name) + int(bytes[0]) }

//go:noinline
func take_pair(p pair, id int32, q *pair) int64 { return int64(p.a) + p.b + int64(id) + q.b }

//go:noinline
func (p *pair) take_method(id int32, name string) int64 { return p.b + int64(id) + int64(len(name)) }

//go:noinline
func take_many(a, b, c, d, e, f, g, h, i, j, k int64, last int16) int64 {
	return a + b + c + d + e + f + g + h + i + j + k + int64(last)
}

//go:noinline
func take_room(id int32, last uint16) int64 {
	var room [3000]int64
	for i := range room {
		room[i] = int64(id) + int64(last)
	}
	return room[int(last)%3000]
}

func main() {
	sum := int64(0)
	for i := int32(0); i < 3; i++ {
		q := &pair{1, 2}
		sum += int64(take_scalars(-3-i, -4, true, 'z', 5<<33)) + int64(take_text(-5, "name", []byte{1, 2}))
		sum += take_pair(pair{3, 4}, -6, q) + q.take_method(-7, "method") + take_many(1, -2, 3, -4, 5, -6, 7, -8, 9, -10, 11, -12) + take_room(-8, 9)
	}
	if sum == 42 {
		fmt.Println(sum)
	}
}
