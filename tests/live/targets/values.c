// Values whose bytes alone do not say what they are.
#include <stdio.h>
#ifdef __clang__
#define NETWORK
#else
#define NETWORK __attribute__((scalar_storage_order("big-endian")))
#endif
struct NETWORK packet {
  unsigned short port;
  unsigned address;
  int balance;
  short steps[2];
  unsigned kind : 4, serial : 12;
  int shift : 5;
};
struct record {
  unsigned char raw[16];
  char tag[8];
  char full[4];
  unsigned flags : 5, mode : 3;
  int delta : 4;
};
struct small {
  int id;
  char mark;
  short low;
};
__attribute__((noinline)) int take(struct record* record, size_t length, struct small small) {
  __asm__ volatile("" ::: "memory");
  return record->raw[0] + (int)length + small.id;
}
__attribute__((noinline)) int receive(struct packet* packet, struct packet* none) {
  __asm__ volatile("" ::: "memory");
  return packet->port + (none != 0);
}
int main(void) {
  struct record record = {"0123456789abcdef", "tagtag", {'f', 'u', 'l', 'l'}, 21, 5, -3};
  struct packet packet = {8080, 0x7f000001, -5, {258, -2}, 3, 0x123, -7};
  struct small small = {77, 'm', -9};
  return take(&record, 3, small) + receive(&packet, 0) == 0;
}
