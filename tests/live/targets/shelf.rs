// shelf: calls of Rust functions whose values language_live_test.cpp knows.
use std::hint::black_box;

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
pub fn take(text: &str, owned: &String, bytes: &[u8], count: i32) -> usize {
    black_box(text.len() + owned.len() + bytes.len() + count as usize)
}

#[inline(never)]
pub fn paint(colour: Colour, wet: bool) -> i32 {
    black_box(colour as i32 + wet as i32)
}

#[inline(never)]
pub fn twice<T: Copy + std::ops::Add<Output = T>>(value: T) -> T {
    black_box(value + value)
}

fn main() {
    let meter = Meter { level: 41, name: String::from("gauge") };
    let mut sum = meter.read(-2) as i64 + meter.turn(1) as i64;
    let whole = String::from("words of Rust, and more");
    sum += take(&whole[..13], &meter.name, &[1, 2, 255], 4) as i64;
    sum += paint(Colour::Blue, true) as i64 + paint(Colour::Red, false) as i64;
    sum += twice(21i64) + twice(-4i16) as i64;
    std::process::exit((sum != -82 + 42 + 25 + 74 + 42 - 8) as i32);
}
