// shelf: calls of Go functions whose values language_live_test.cpp knows.
package main

import "os"

type Box struct {
	name string
	size int
}

//go:noinline
func (b *Box) Grow(by int) int {
	b.size += by
	return b.size
}

//go:noinline
func label(text string, length int, wide bool) string {
	if wide {
		return text
	}
	return text[:length]
}

//go:noinline
func total(numbers []int32) (sum int32) {
	for _, each := range numbers {
		sum += each
	}
	return sum
}

var stock = 17

//go:noinline
func largest[T int | string](a, b T) T {
	stock++
	if a > b {
		return a
	}
	return b
}

//go:noinline
func third(numbers *[4]int16) int16 { return numbers[2] }

// Needs a new stack again and again: a goroutine begins with 2 KiB.
//
//go:noinline
func deep(n int) int {
	var pad [256]byte
	pad[n%256] = 1
	if n == 0 {
		return 0
	}
	return deep(n-1) + int(pad[n%256])
}

func main() {
	box := &Box{"crate", 5}
	sum := box.Grow(3) + box.Grow(-10)
	sum += len(label("words of Go", 5, false)) + len(label("", 0, true))
	sum += int(total([]int32{7, -8, 9}))
	sum += largest(3, 4) + len(largest("b", "a")) + int(third(&[4]int16{1, 2, -300, 4}))
	results := make(chan int)
	for i := 1; i <= 4; i++ {
		go func(n int) { results <- deep(n) }(i * 50)
	}
	for i := 1; i <= 4; i++ {
		sum += <-results
	}
	if sum != 8-2+5+0+8+4+1-300+500 {
		os.Exit(1)
	}
}
