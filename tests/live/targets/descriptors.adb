--  What Ada passes by fat pointers, and arrays whose indices begin where their declaration says.
with Ada.Text_IO; use Ada.Text_IO;
procedure Descriptors is
   type Colour is (Red, Green, Blue);
   for Colour use (Red => 1, Green => 5, Blue => 9);
   type Byte is mod 256;
   subtype Small is Integer range 3 .. 10;
   type Vec is array (Positive range <>) of Integer;
   type Fixed is array (3 .. 7) of Integer;
   type Mat is array (1 .. 2, 0 .. 2) of Integer;
   type By_Colour is array (Colour) of Integer;
   subtype Name is String (1 .. 5);
   type Rec (N : Positive) is record
      A : Integer;
      S : String (1 .. N);
   end record;
   type Plain is record
      X  : Integer;
      Nm : Name;
      F  : Fixed;
   end record;
   type Str_Acc is access String;
   Global : Fixed := (10, 20, 30, 40, 50);

   procedure Work (S : String; V : Vec; F : Fixed; M : Mat; C : Colour; B : Byte; Sm : Small; P : Plain; Bc : By_Colour);
   pragma No_Inline (Work);
   procedure Work (S : String; V : Vec; F : Fixed; M : Mat; C : Colour; B : Byte; Sm : Small; P : Plain; Bc : By_Colour) is
   begin
      Global (3) := Global (3) + V (V'First) + M (1, 0) + Integer (B) + Sm + Colour'Pos (C) + P.X + F (3) + Bc (Green);
      Put_Line (S & P.Nm);
   end Work;

   procedure Text (R : Rec; Sa : Str_Acc; Number : Integer);
   pragma No_Inline (Text);
   procedure Text (R : Rec; Sa : Str_Acc; Number : Integer) is
   begin
      Put_Line (R.S & Sa.all & Integer'Image (Number));
   end Text;
   W : String := "xyabcde";
begin
   Work (W (3 .. 7), (4 => 41, 5 => 42, 6 => 43), Global, ((1, 2, 3), (4, 5, 6)), Green, 200, 7,
         (4, "plain", Global), (11, 22, 33));
   Text ((4, 1, "abcd"), new String'("accessed"), 12);
end Descriptors;
