--  Scalars, records and nested procedures.
procedure Words is
   type Short is range -1000 .. 1000;
   type Colour is (Red, Green, Blue);
   type Pair is record
      A, B : Integer;
   end record;
   Total : Integer := 0;

   function Take_Scalars (Id : Integer; Small : Short; C : Colour; Flag : Boolean) return Integer;
   pragma No_Inline (Take_Scalars);
   function Take_Scalars (Id : Integer; Small : Short; C : Colour; Flag : Boolean) return Integer is
   begin
      return Id + Integer (Small) + Colour'Pos (C) + Boolean'Pos (Flag);
   end Take_Scalars;

   procedure Take_Out (Id : in out Integer; More : Integer; Result : out Integer);
   pragma No_Inline (Take_Out);
   procedure Take_Out (Id : in out Integer; More : Integer; Result : out Integer) is
   begin
      Id := Id + More;
      Result := Id;
      Total := Total + Id;
   end Take_Out;

   function Take_Pair (P : Pair; Id : Integer) return Integer;
   pragma No_Inline (Take_Pair);
   function Take_Pair (P : Pair; Id : Integer) return Integer is
      function Take_Inner (More : Integer) return Integer is (More + P.A + Id);
      pragma No_Inline (Take_Inner);
   begin
      return Take_Inner (P.B);
   end Take_Pair;

   Changed, Result : Integer := 3;
begin
   for I in 1 .. 3 loop
      Total := Total + Take_Scalars (-I, -500, Blue, True);
      Take_Out (Changed, -I, Result);
      Total := Total + Take_Pair ((4, 5), -I);
   end loop;
end Words;
