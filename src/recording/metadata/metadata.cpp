#include "recording/metadata/metadata.h"

#include <string>

#include "recording/file_format.h"
#include "recording/metadata/metadata_parser.h"

namespace uproar {

namespace {

enum : uint8_t { kIsReturn = 1, kHasIp = 2 };
enum : uint8_t { kOffsetGiven = 1 };
enum : uint8_t { kHasStacks = 1, kHasInstance = 2 };
enum : uint8_t { kHitsKnown = 1, kHitsFiltered = 2 };

void put_time(uint64_t time_ns, uint64_t previous_ns, ByteWriter& out) {
  out.signed_varint(static_cast<int64_t>(time_ns - previous_ns));
}

void parse_field(MetadataParser& parser, Field& field) {
  parser.text(field.name);
  parser.kind(Field::Kind::FixedString, field.kind);
  field.size = parser.byte();
  if (field.size != 1 && field.size != 2 && field.size != 4 && field.size != 8)
    parser.note(MetadataStatus::OutOfRange);
  parser.number(field.count);
  parser.number(field.offset);
}

void parse_site(MetadataParser& parser, SiteInfo& site) {
  parser.text(site.path);
  site.file_offset = parser.number();
  parser.text(site.symbol);
  site.symbol_offset = parser.number();
  site.offset_given = parser.byte() & kOffsetGiven;
  parser.text(site.build_id);
}

void parse_task(MetadataParser& parser, uint64_t& previous_ns, TaskInfo::Kind last, TaskInfo& task) {
  parser.kind(last, task.kind);
  task.time_ns = parser.time(previous_ns);
  parser.id(task.tid);
  parser.id(task.pid);
  parser.id(task.parent_tid);
  parser.text(task.comm);
}

void parse_loss(MetadataParser& parser, uint64_t& previous_ns, LossInfo::Kind last, LossInfo& loss) {
  parser.kind(last, loss.kind);
  loss.time_ns = parser.time(previous_ns);
  parser.number_or_unknown(loss.cpu);
  loss.count = parser.number();
}

}  // namespace

void put_session(const SessionInfo& session, ByteWriter& out) {
  for (const std::string* text : {&session.host, &session.kernel, &session.machine, &session.command,
                                  &session.via, &session.clock, &session.version}) {
    out.text(*text);
  }
  out.varint(session.cpus);
  out.text(session.tool);
  out.varint(session.arguments.size());
  for (const std::string& argument : session.arguments) out.text(argument);
  out.varint(session.cpus_online);
  out.text(session.cpu_description);
  out.text(session.cpu_id);
  out.varint(session.memory_kb);
  if (!session.via_reason.empty()) out.text(session.via_reason);
}

MetadataStatus parse_session(std::span<const uint8_t> bytes, SessionInfo& out) {
  MetadataParser parser(bytes);
  for (std::string* text :
       {&out.host, &out.kernel, &out.machine, &out.command, &out.via, &out.clock, &out.version}) {
    parser.text(*text);
  }
  parser.number(out.cpus);
  if (!parser.more()) return parser.status();
  parser.text(out.tool);
  for (uint64_t left = parser.count(kMaxArguments); left > 0 && parser.ok(); --left)
    parser.text(out.arguments.emplace_back());
  parser.number(out.cpus_online);
  parser.text(out.cpu_description);
  parser.text(out.cpu_id);
  out.memory_kb = parser.number();
  if (parser.more()) parser.text(out.via_reason);
  return parser.status();
}

void put_event(uint32_t number, const EventInfo& event, ByteWriter& out) {
  const EventSchema& schema = event.schema;
  out.varint(number);
  out.text(schema.group);
  out.text(schema.name);
  out.u8(static_cast<uint8_t>((schema.is_return ? kIsReturn : 0) | (schema.has_ip ? kHasIp : 0)));
  out.varint(schema.kernel_type);
  out.varint(schema.fields.size());
  for (const Field& field : schema.fields) {
    out.text(field.name);
    out.u8(static_cast<uint8_t>(field.kind));
    out.u8(field.size);
    out.varint(field.count);
    out.varint(field.offset);
  }
  out.text(schema.format);
  out.text(event.definition);
  out.varint(event.sites.size());
  for (const SiteInfo& site : event.sites) {
    out.text(site.path);
    out.varint(site.file_offset);
    out.text(site.symbol);
    out.varint(site.symbol_offset);
    out.u8(site.offset_given ? kOffsetGiven : 0);
    out.text(site.build_id);
  }
  out.u8(static_cast<uint8_t>((event.has_stacks ? kHasStacks : 0) |
                              (event.instance.empty() ? 0 : kHasInstance)));
  out.text(event.perf_attr);
  out.varint(event.perf_ids.size());
  for (uint64_t id : event.perf_ids) out.varint(id);
  if (!event.instance.empty()) out.text(event.instance);
}

MetadataStatus parse_event(std::span<const uint8_t> bytes, uint32_t& number, EventInfo& out) {
  MetadataParser parser(bytes);
  EventSchema& schema = out.schema;
  number = static_cast<uint32_t>(parser.count(kMaxEvents - 1));
  parser.text(schema.group);
  parser.text(schema.name);
  uint8_t flags = parser.byte();
  schema.is_return = flags & kIsReturn;
  schema.has_ip = flags & kHasIp;
  parser.number(schema.kernel_type);
  uint64_t values = 0;
  for (uint64_t left = parser.count(kMaxFields); left > 0 && parser.ok(); --left) {
    parse_field(parser, schema.fields.emplace_back());
    // Each value is at least a byte of a record.
    values += schema.fields.back().values();
    if (values > kMaxRecordBytes) parser.note(MetadataStatus::OutOfRange);
  }
  parser.text(schema.format);
  parser.text(out.definition);
  for (uint64_t left = parser.count(kMaxSites); left > 0 && parser.ok(); --left) {
    parse_site(parser, out.sites.emplace_back());
  }
  if (!parser.more()) return parser.status();
  const uint8_t more_flags = parser.byte();
  out.has_stacks = more_flags & kHasStacks;
  parser.text(out.perf_attr);
  for (uint64_t left = parser.count(kMaxIds); left > 0 && parser.ok(); --left)
    out.perf_ids.push_back(parser.number());
  if (more_flags & kHasInstance) parser.text(out.instance);
  return parser.status();
}

void put_task(const TaskInfo& task, uint64_t previous_ns, ByteWriter& out) {
  out.u8(static_cast<uint8_t>(task.kind));
  put_time(task.time_ns, previous_ns, out);
  out.signed_varint(task.tid);
  out.signed_varint(task.pid);
  out.signed_varint(task.parent_tid);
  out.text(task.comm);
}

MetadataStatus parse_tasks(std::span<const uint8_t> bytes, uint32_t count, std::vector<TaskInfo>& out) {
  return parse_list(bytes, count, out, [](MetadataParser& parser, uint64_t& previous_ns, TaskInfo& task) {
    parse_task(parser, previous_ns, TaskInfo::Kind::Exit, task);
  });
}

void put_task_event(const TaskInfo& task, uint64_t previous_ns, ByteWriter& out) {
  put_task(task, previous_ns, out);
  out.signed_varint(task.parent_pid);
  out.varint(task.cpu + 1);
}

MetadataStatus parse_task_events(std::span<const uint8_t> bytes, uint32_t count, std::vector<TaskInfo>& out) {
  return parse_list(bytes, count, out, [](MetadataParser& parser, uint64_t& previous_ns, TaskInfo& task) {
    parse_task(parser, previous_ns, TaskInfo::Kind::Exec, task);
    parser.id(task.parent_pid);
    parser.number_or_unknown(task.cpu);
  });
}

void put_map(const MapInfo& map, uint64_t previous_ns, ByteWriter& out) {
  put_time(map.time_ns, previous_ns, out);
  out.signed_varint(map.pid);
  out.signed_varint(map.tid);
  for (uint64_t number : {map.start, map.length, map.page_offset}) out.varint(number);
  out.text(map.path);
  out.text(map.build_id);
  for (uint32_t number : {map.protection, map.flags, map.major, map.minor}) out.varint(number);
  out.varint(map.inode);
  out.varint(map.generation);
  out.varint(map.cpu + 1);
}

MetadataStatus parse_maps(std::span<const uint8_t> bytes, uint32_t count, std::vector<MapInfo>& out) {
  return parse_list(bytes, count, out, [](MetadataParser& parser, uint64_t& previous_ns, MapInfo& map) {
    map.time_ns = parser.time(previous_ns);
    parser.id(map.pid);
    parser.id(map.tid);
    for (uint64_t* number : {&map.start, &map.length, &map.page_offset}) *number = parser.number();
    parser.text(map.path);
    parser.text(map.build_id);
    for (uint32_t* number : {&map.protection, &map.flags, &map.major, &map.minor}) parser.number(*number);
    map.inode = parser.number();
    map.generation = parser.number();
    parser.number_or_unknown(map.cpu);
  });
}

void put_names(const AddressNames& names, ByteWriter& out) {
  out.text(names.path);
  out.text(names.build_id);
  out.varint(names.names.size());
  uint64_t previous = 0;
  for (const AddressName& name : names.names) {
    out.signed_varint(static_cast<int64_t>(name.address - previous));
    previous = name.address;
    out.text(name.symbol);
    out.varint(name.symbol_offset);
    out.varint(name.inlined.size());
    for (const std::string& function : name.inlined) out.text(function);
  }
}

MetadataStatus parse_names(std::span<const uint8_t> bytes, uint32_t count, std::vector<AddressNames>& out) {
  return parse_list(bytes, count, out, [](MetadataParser& parser, uint64_t&, AddressNames& names) {
    parser.text(names.path);
    parser.text(names.build_id);
    uint64_t address = 0;
    for (uint64_t left = parser.count(kMaxNames); left > 0 && parser.ok(); --left) {
      AddressName& name = names.names.emplace_back();
      name.address = parser.time(address);
      parser.text(name.symbol);
      name.symbol_offset = parser.number();
      for (uint64_t inlined = parser.count(kMaxInlined); inlined > 0 && parser.ok(); --inlined)
        parser.text(name.inlined.emplace_back());
    }
  });
}

void put_loss(const LossInfo& loss, uint64_t previous_ns, ByteWriter& out) {
  out.u8(static_cast<uint8_t>(loss.kind));
  put_time(loss.time_ns, previous_ns, out);
  // Shifted by one, so that "not known" is 0 and takes one byte.
  out.varint(loss.cpu + 1);
  out.varint(loss.count);
}

MetadataStatus parse_losses(std::span<const uint8_t> bytes, uint32_t count, std::vector<LossInfo>& out) {
  return parse_list(bytes, count, out, [](MetadataParser& parser, uint64_t& previous_ns, LossInfo& loss) {
    parse_loss(parser, previous_ns, LossInfo::Kind::Unreadable, loss);
  });
}

void put_loss_event(const LossInfo& loss, uint64_t previous_ns, ByteWriter& out) {
  put_loss(loss, previous_ns, out);
  out.varint(loss.event + 1);
  out.signed_varint(loss.pid);
  out.signed_varint(loss.tid);
}

MetadataStatus parse_loss_events(std::span<const uint8_t> bytes, uint32_t count, std::vector<LossInfo>& out) {
  return parse_list(bytes, count, out, [](MetadataParser& parser, uint64_t& previous_ns, LossInfo& loss) {
    parse_loss(parser, previous_ns, LossInfo::Kind::Rotated, loss);
    parser.number_or_unknown(loss.event);
    parser.id(loss.pid);
    parser.id(loss.tid);
  });
}

void put_anchor(const ClockAnchor& anchor, uint64_t previous_ns, ByteWriter& out) {
  put_time(anchor.recording_ns, previous_ns, out);
  out.varint(anchor.realtime_ns);
  out.varint(anchor.perf_ns);
}

MetadataStatus parse_anchors(std::span<const uint8_t> bytes, uint32_t count, std::vector<ClockAnchor>& out) {
  return parse_list(bytes, count, out,
                    [](MetadataParser& parser, uint64_t& previous_ns, ClockAnchor& anchor) {
                      anchor.recording_ns = parser.time(previous_ns);
                      anchor.realtime_ns = parser.number();
                      anchor.perf_ns = parser.number();
                    });
}

void put_end(const EndSummary& end, uint64_t index_offset, ByteWriter& out) {
  out.u64(index_offset);
  out.u64(end.events);
  out.u64(end.lost);
  out.u64(end.hits);
  out.u8(static_cast<uint8_t>((end.hits_known ? kHitsKnown : 0) | (end.hits_filtered ? kHitsFiltered : 0)));
}

MetadataStatus parse_end(std::span<const uint8_t> bytes, EndSummary& out, uint64_t& index_offset) {
  MetadataParser parser(bytes);
  index_offset = parser.fixed64();
  out.events = parser.fixed64();
  out.lost = parser.fixed64();
  out.hits = parser.fixed64();
  uint8_t flags = parser.byte();
  out.hits_known = flags & kHitsKnown;
  out.hits_filtered = flags & kHitsFiltered;
  return parser.status();
}

}  // namespace uproar
