#include "binary/code/plain_instructions.h"

#include <capstone.h>

namespace uproar {

// Divisions trap, and what is not here is not known.
Plain plain_kind(unsigned id) {
  switch (id) {
    case X86_INS_ENDBR64:
    case X86_INS_ENDBR32:
    case X86_INS_NOP:
    case X86_INS_CMP:
    case X86_INS_TEST:
    case X86_INS_BT:
      return Plain::WritesNothing;
    case X86_INS_CWDE:
    case X86_INS_CDQE:
    case X86_INS_CDQ:
    case X86_INS_CQO:
      return Plain::WritesImplied;
    case X86_INS_MOV:
    case X86_INS_MOVABS:
    case X86_INS_MOVZX:
    case X86_INS_MOVSX:
    case X86_INS_MOVSXD:
    case X86_INS_LEA:
    case X86_INS_XOR:
    case X86_INS_AND:
    case X86_INS_OR:
    case X86_INS_ADD:
    case X86_INS_ADC:
    case X86_INS_SUB:
    case X86_INS_SBB:
    case X86_INS_INC:
    case X86_INS_DEC:
    case X86_INS_NEG:
    case X86_INS_NOT:
    case X86_INS_SHL:
    case X86_INS_SHR:
    case X86_INS_SAR:
    case X86_INS_BSWAP:
    case X86_INS_SETA:
    case X86_INS_SETAE:
    case X86_INS_SETB:
    case X86_INS_SETBE:
    case X86_INS_SETE:
    case X86_INS_SETNE:
    case X86_INS_SETG:
    case X86_INS_SETGE:
    case X86_INS_SETL:
    case X86_INS_SETLE:
    case X86_INS_SETS:
    case X86_INS_SETNS:
    case X86_INS_CMOVA:
    case X86_INS_CMOVAE:
    case X86_INS_CMOVB:
    case X86_INS_CMOVBE:
    case X86_INS_CMOVE:
    case X86_INS_CMOVNE:
    case X86_INS_CMOVG:
    case X86_INS_CMOVGE:
    case X86_INS_CMOVL:
    case X86_INS_CMOVLE:
    case X86_INS_CMOVS:
    case X86_INS_CMOVNS:
      return Plain::WritesLast;
    default:
      return Plain::No;
  }
}

bool is_plain_vector(unsigned id) {
  return id == X86_INS_PXOR || id == X86_INS_XORPS || id == X86_INS_XORPD || id == X86_INS_MOVAPS ||
         id == X86_INS_MOVDQA;
}

}  // namespace uproar
