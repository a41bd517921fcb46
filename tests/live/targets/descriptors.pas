{ Strings that know their length, open and dynamic arrays, and arrays that begin where their declaration says. }
program descriptors;
{$H+}
type
  TShort = string[20];
  TArr = array[3..7] of LongInt;
  TMat = array[1..2, 0..2] of LongInt;
  TDyn = array of LongInt;
  TRec = record a: LongInt; s: TShort; n: TArr; end;
  PRec = ^TRec;
var
  Total: TArr;

procedure work(const s: TShort; const a: AnsiString; var o: array of LongInt; d: TDyn);
begin
  total[3] := total[3] + length(s) + length(a) + o[0] + length(d);
end;

procedure rest(const arr: TArr; const m: TMat; pr: PRec);
begin
  total[4] := total[4] + arr[3] + m[1, 0] + pr^.a;
end;

var i: LongInt; d: TDyn; m: TMat; rec: TRec; arr: TArr; o: array[0..2] of LongInt;
begin
  for i := 3 to 7 do begin arr[i] := i * 10; total[i] := i * 100; end;
  for i := 0 to 2 do o[i] := i + 1;
  setlength(d, 3); d[0] := 7; d[1] := 8; d[2] := 9;
  m[1, 0] := 1; m[1, 1] := 2; m[1, 2] := 3; m[2, 0] := 4; m[2, 1] := 5; m[2, 2] := 6;
  rec.a := 42; rec.s := 'inside'; rec.n := arr;
  work('hello', 'ansi text', o, d);
  rest(arr, m, @rec);
end.
