// shelf: calls of Rust functions whose values language_live_test.cpp knows.
// std::hint::black_box, which Debian 12's compiler (1.63) does not have yet.
#[inline(always)]
fn black_box<T>(value: T) -> T {
    unsafe { std::arch::asm!("/* {0} */", in(reg) &value, options(nostack, preserves_flags)) };
    value
}

pub struct Meter {
    level: u32,
    name: String,
}

pub enum Colour {
    Red = 3,
    Blue = 70,
}

impl Meter {
    #[inline(never)]
    pub fn read(&self, scale: i64) -> i64 {
        black_box(self.level as i64 * scale)
    }
}

pub trait Turn {
    fn turn(&self, by: i16) -> i32;
}

impl Turn for Meter {
    #[inline(never)]
    fn turn(&self, by: i16) -> i32 {
        black_box(self.level as i32 + by as i32)
    }
}

#[inline(never)]
pub fn take(text: &str, owned: String, lent: &String, bytes: &[u8], count: i32) -> usize {
    black_box((text, &owned, lent, bytes, count));
    text.len() + owned.len() + lent.len() + bytes.len() + count as usize
}

#[inline(never)]
pub fn third(numbers: &Vec<i16>, fixed: &[u8; 3], empty: &[u8]) -> i32 {
    black_box((numbers, fixed, empty));
    numbers[2] as i32 + fixed[2] as i32 + empty.len() as i32
}

#[inline(never)]
pub fn paint(colour: Colour, wet: bool) -> i32 {
    black_box((colour as i32).wrapping_add(wet as i32))  // cannot panic
}

#[inline(never)]
pub fn twice<T: Copy + std::ops::Add<Output = T>>(value: T) -> T {
    black_box(value + value)
}

fn main() {
    // black_box: what the optimiser knows, it need not pass.
    let meter = black_box(Meter { level: 41, name: String::from("gauge") });
    let mut sum = meter.read(black_box(-2)) as i64 + meter.turn(black_box(1)) as i64;
    let whole = String::from("words of Rust, and more");
    let bytes = black_box([1, 2, 255]);
    sum += take(&whole[..black_box(13)], String::from("crate"), &meter.name, &bytes[..black_box(3)], black_box(4)) as i64;
    sum += paint(black_box(Colour::Blue), black_box(true)) as i64;
    sum += paint(black_box(Colour::Red), black_box(false)) as i64;
    sum += twice(black_box(21i64)) + twice(black_box(-4i16)) as i64;
    sum += third(&black_box(vec![1, 2, -3]), &black_box([4, 5, 6]), &black_box(Vec::new())) as i64;
    std::process::exit((sum != -82 + 42 + 30 + 74 + 42 - 8 + 3) as i32);
}
