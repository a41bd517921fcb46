// Scalars, slices and structs by value.
struct Pair { a: i32, b: i64 }
struct Large { a: [u64; 6] }
#[inline(never)] fn take_scalars(id: i32, small: i16, flag: bool, letter: char, big: u64) -> i32 { id + small as i32 + flag as i32 + letter as i32 + big as i32 }
#[inline(never)] fn take_text(id: i32, name: &str, bytes: &[u8]) -> usize { (id as usize).wrapping_add(name.len()).wrapping_add(bytes[0] as usize) }
#[inline(never)] fn take_pair(p: Pair, id: i32, q: &Pair) -> i64 { p.a as i64 + p.b + id as i64 + q.b }
#[inline(never)] fn take_large(l: Large, id: i32, last: u8) -> Large { let mut r = l; r.a[0] += id as u64 + last as u64; r }
#[inline(never)] fn take_room(id: i32, last: u16) -> u64 { let room = [id as u64 + last as u64; 3000]; std::hint::black_box(&room)[7] }
#[inline(never)] fn take_nine(a: i64, b: i32, c: i64, d: i32, e: i64, f: i32, g: i64, h: i32, i: i16) -> i64 { a + b as i64 + c + d as i64 + e + f as i64 + g + h as i64 + i as i64 }
fn main() {
    let mut sum = 0u64;
    for i in 0..3 {
        let q = Pair { a: 1, b: 2 };
        sum = sum.wrapping_add(take_scalars(-3 - i, -4, true, 'z', 5 << 33) as u64);
        sum = sum.wrapping_add(take_text(-5, "name", &[1, 2]) as u64);
        sum = sum.wrapping_add(take_pair(Pair { a: 3, b: 4 }, -6, &q) as u64);
        sum = sum.wrapping_add(take_large(Large { a: [9; 6] }, 7, 200).a[0]);
        sum = sum.wrapping_add(take_room(8, 9));
        sum = sum.wrapping_add(take_nine(1, -2, 3, -4, 5, -6, 7, -8, -9) as u64);
    }
    if std::hint::black_box(sum) == 42 { println!("{}", sum); }
}
