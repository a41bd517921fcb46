// Texts and variants of Rust.
use std::borrow::Cow;
use std::hint::black_box;
use std::rc::Rc;
use std::sync::Arc;
pub enum Shape { Circle(u32), Rect { w: u16, h: u64 }, Unit }
pub struct Holder { pub some: Option<i32>, pub none: Option<i32>, pub boxed: Option<Box<i32>>, pub nowhere: Option<Box<i32>>, pub rect: Shape, pub circle: Shape, pub named: Option<String>, pub nameless: Option<String> }
#[inline(never)]
#[no_mangle]
pub fn texts(a: &String, b: &Box<str>, c: &Rc<str>, d: &Arc<str>, e: &&str, f: &Cow<str>, g: &Cow<str>) -> usize {
    black_box((a, b, c, d, e, f, g));
    a.len() + b.len()
}
#[inline(never)]
#[no_mangle]
pub fn variants(h: &Holder, unit: &Shape) -> i32 {
    black_box((h, unit));
    -5
}
#[inline(never)]
#[no_mangle]
pub fn borrowed(h: &Holder) -> &str {
    black_box(h);
    "borrowed from it"
}
#[inline(never)]
#[no_mangle]
pub fn parts(text: &str, bytes: &[u8]) -> usize {
    black_box((text, bytes));
    text.len() + bytes.len()
}
fn main() {
    let h = Holder { some: Some(-7), none: None, boxed: Some(Box::new(8)), nowhere: None, rect: Shape::Rect { w: 3, h: 44 }, circle: Shape::Circle(9), named: Some("named".to_string()), nameless: None };
    let cow: Cow<str> = Cow::Owned("owned".to_string());
    black_box(texts(&"string".to_string(), &"boxed".into(), &Rc::from("counted"), &Arc::from("shared"), &"twice", &cow, &Cow::Borrowed("lent")));
    black_box(variants(&h, &Shape::Unit));
    black_box(borrowed(&h));
    let whole = "first and last".to_string();
    black_box(parts(&whole[0..5], &whole.as_bytes()[6..9]));
}
