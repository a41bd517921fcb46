// What a recording knows besides its records, to bytes and back. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/byte_writer.h"
#include "recording/metadata/metadata_status.h"
#include "recording/metadata/session_info.h"

namespace uproar {

// Session, Event and End may be followed by bytes of a later writer, which are ignored; lists may not.
void put_session(const SessionInfo& session, ByteWriter& out);
MetadataStatus parse_session(std::span<const uint8_t> bytes, SessionInfo& out);

// The number is stored with the event, so that a lost block does not shift the others.
void put_event(uint32_t number, const EventInfo& event, ByteWriter& out);
MetadataStatus parse_event(std::span<const uint8_t> bytes, uint32_t& number, EventInfo& out);

// Entries of a list hold their time as the difference to the entry before; `previous_ns` is that entry's
// time, 0 at the beginning of a block.
void put_task(const TaskInfo& task, uint64_t previous_ns, ByteWriter& out);
MetadataStatus parse_tasks(std::span<const uint8_t> bytes, uint32_t count, std::vector<TaskInfo>& out);

// As format 2 has them, with CPU and the parent's process.
void put_task_event(const TaskInfo& task, uint64_t previous_ns, ByteWriter& out);
MetadataStatus parse_task_events(std::span<const uint8_t> bytes, uint32_t count, std::vector<TaskInfo>& out);

void put_map(const MapInfo& map, uint64_t previous_ns, ByteWriter& out);
MetadataStatus parse_maps(std::span<const uint8_t> bytes, uint32_t count, std::vector<MapInfo>& out);

// One file's addresses; ascending addresses take the least room.
void put_names(const AddressNames& names, ByteWriter& out);
MetadataStatus parse_names(std::span<const uint8_t> bytes, uint32_t count, std::vector<AddressNames>& out);

void put_loss(const LossInfo& loss, uint64_t previous_ns, ByteWriter& out);
MetadataStatus parse_losses(std::span<const uint8_t> bytes, uint32_t count, std::vector<LossInfo>& out);

void put_loss_event(const LossInfo& loss, uint64_t previous_ns, ByteWriter& out);
MetadataStatus parse_loss_events(std::span<const uint8_t> bytes, uint32_t count, std::vector<LossInfo>& out);

void put_anchor(const ClockAnchor& anchor, uint64_t previous_ns, ByteWriter& out);
MetadataStatus parse_anchors(std::span<const uint8_t> bytes, uint32_t count, std::vector<ClockAnchor>& out);

// Always kEndPayloadBytes. `index_offset` is where the last Index block begins.
void put_end(const EndSummary& end, uint64_t index_offset, ByteWriter& out);
MetadataStatus parse_end(std::span<const uint8_t> bytes, EndSummary& out, uint64_t& index_offset);

}  // namespace uproar
