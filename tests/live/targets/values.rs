// Texts and variants of Rust.
use std::borrow::Cow;
use std::ffi::{CStr, CString, OsString};
use std::hint::black_box;
use std::path::{Path, PathBuf};
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
#[inline(never)]
#[no_mangle]
pub fn bytes(a: &Vec<u8>, b: &mut Vec<u8>, c: Vec<u8>, d: Box<Vec<u8>>, e: &&Vec<u8>, f: &[u8; 4]) -> usize {
    black_box((a, b, &c, &d, e, f));
    c.len() + d.len()
}
#[inline(never)]
#[no_mangle]
pub fn system(a: &OsString, b: &PathBuf, c: &Path, d: &CString, e: &CStr, f: &Cow<[u8]>) -> usize {
    black_box((a, b, c, d, e, f));
    a.len() + c.as_os_str().len() + 1
}
#[inline(never)]
#[no_mangle]
pub fn kept(a: Rc<[u8]>, b: Arc<String>, c: &Option<Vec<u8>>, d: Option<&Vec<u8>>, e: &Vec<u32>) -> usize {
    black_box((&a, &b, c, d, e));
    a.len() + b.len() + 2
}
fn main() {
    let h = Holder { some: Some(-7), none: None, boxed: Some(Box::new(8)), nowhere: None, rect: Shape::Rect { w: 3, h: 44 }, circle: Shape::Circle(9), named: Some("named".to_string()), nameless: None };
    let cow: Cow<str> = Cow::Owned("owned".to_string());
    black_box(texts(&"string".to_string(), &"boxed".into(), &Rc::from("counted"), &Arc::from("shared"), &"twice", &cow, &Cow::Borrowed("lent")));
    black_box(variants(&h, &Shape::Unit));
    black_box(borrowed(&h));
    let some = b"a\0b".to_vec();
    black_box(bytes(&some, &mut b"b".to_vec(), b"c".to_vec(), Box::new(b"d\0".to_vec()), &&some, b"fghi"));
    let c = CString::new("of c").unwrap();
    black_box(system(&OsString::from("os"), &PathBuf::from("/p"), Path::new("/path"), &c, &c, &Cow::Borrowed(b"lent")));
    black_box(kept(Rc::from(&b"rc"[..]), Arc::new("arc".to_string()), &None, Some(&some), &vec![65, 66]));
    let whole = "first and last".to_string();
    black_box(parts(&whole[0..5], &whole.as_bytes()[6..9]));
}
