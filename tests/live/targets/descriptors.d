// Slices and strings of D.
import core.stdc.stdio;
struct P { int x; string name; int[4] fix; }
extern (C) void work(string s, int[] sl, P* p, const(char)[] cs) {
  pragma(inline, false);
  printf("%d %d %d %d\n", cast(int) s.length, sl[0], p.x, cast(int) cs.length);
}
extern (C) void wide(wstring w, dstring d) {
  pragma(inline, false);
  printf("%d %d\n", cast(int) w.length, cast(int) d.length);
}
void main() {
  int[] sl = [7, 8, 9];
  P p;
  p.x = 5;
  p.name = "inner";
  p.fix = [1, 2, 3, 4];
  work("hello", sl, &p, "consty"[0 .. 4]);
  wide("wide\u00e4 and more"w[0 .. 5], "dd\u20ac"d);
}
