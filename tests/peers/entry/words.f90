! Scalars and their kinds, by reference and by value.
module words
contains
  integer function take_scalars(id, big, small, flag)
    integer, intent(in) :: id
    integer(8), intent(in) :: big
    integer(2), intent(in) :: small
    logical, intent(in) :: flag
    take_scalars = id + int(big) + small
    if (flag) take_scalars = take_scalars + 1
  end function
  integer function take_values(id, big, last)
    integer, value :: id
    integer(8), value :: big
    integer, intent(inout) :: last
    last = last + 1
    take_values = id + int(big) + last
  end function
  subroutine take_many(a, b, c, d, e, f, g, h)
    integer, intent(in) :: a, b, c, d, e, f, g
    integer, intent(out) :: h
    h = a + b + c + d + e + f + g
  end subroutine
end module

program main
  use words
  integer :: i, total, last
  total = 0
  last = 5
  do i = 1, 3
    total = total + take_scalars(-i, 8589934592_8, -7_2, .true.) + take_values(-i, -3_8, last)
    call take_many(1, 2, 3, 4, 5, -6, 7, last)
  end do
  if (total == 42) print *, total
end program
