! What Fortran passes by descriptors and hidden lengths.
module shelves
  implicit none
  type :: point
    integer :: x, y
    character(len=6) :: name
    integer, allocatable :: data(:)
  end type
contains
  subroutine move(p, label, arr, mat, lows, odd, back, grid, texts)
    type(point), intent(inout) :: p
    character(len=*), intent(in) :: label, texts
    integer, intent(in) :: arr(:), mat(2, 3), lows(-1:1), odd(:), back(:), grid(:, :)
    p%x = p%x + size(arr) + mat(2, 1) + lows(-1) + size(odd) + size(back) + size(grid)
    if (p%x > 1000) print *, label, texts
  end subroutine
  subroutine tall(n, v)
    integer, intent(in) :: n
    integer, intent(in) :: v(n)
    integer, allocatable :: own(:)
    integer, pointer :: seen
    integer, target :: place
    allocate (own(0:n))
    own = 4
    own(1) = 17
    place = 23
    seen => place
    call keep(own, v)
    print *, own(1), seen
  end subroutine
  subroutine keep(a, v)
    integer, intent(in) :: a(0:), v(*)
    if (a(0) > 100) print *, v(1)
  end subroutine
end module
program descriptors
  use shelves
  implicit none
  type(point) :: p
  integer :: a(4) = [10, 20, 30, 40], m(2, 3), low(3) = [5, 6, 7], i, blk
  integer :: ten(10) = [(i * i, i = 1, 10)]
  common /shared/ blk
  blk = 5
  p%x = 3; p%y = -4; p%name = 'or gin'
  allocate (p%data(2:4)); p%data = [7, 8, 9]
  m = reshape([1, 2, 3, 4, 5, 6], [2, 3])
  call move(p, 'label!', a, m, low, ten(1:9:2), ten(4:1:-1), m(:, 2:3), '')
  call tall(3, a)
  call plain(a)
end program
subroutine plain(v)
  integer :: v(*), blk
  common /shared/ blk
  v(1) = v(1) + blk
  print *, v(1)
end subroutine
