import Millrace

extension DemoEvent {
    private var key: [UInt8] { Array(task.id.utf8) }

    /// The event in structured mode, with faults of the bytes done to it.
    func structuredRecord(hybrid: Bool, fault: DemoFault?) -> RecordLine {
        var value = json(hybrid: hybrid)
        var mediaType: String? = "application/cloudevents+json; charset=UTF-8"
        switch fault {
        case .noText: (value, mediaType) = ([0xDE, 0xAD, 0xBE, 0xEF], nil)
        case .truncated: value.removeLast(value.count / 3)
        case .badUTF8: value[value.firstIndex(of: UInt8(ascii: "-")) ?? 0] = 0xFF
        case .avro: mediaType = "application/cloudevents+avro"
        default: break
        }
        return RecordLine(
            key: key, headers: mediaType.map { [RecordLine.Header("content-type", $0)] } ?? [], value: value)
    }

    /// The event in binary mode; the type twice where that is the fault.
    func binaryRecord(fault: DemoFault?) -> RecordLine {
        var headers = [
            RecordLine.Header("ce_specversion", specVersion), RecordLine.Header("ce_source", source),
            RecordLine.Header("ce_type", type), RecordLine.Header("ce_time", time),
            RecordLine.Header("ce_tenantid", task.tenant), RecordLine.Header("ce_userid", task.owner),
            RecordLine.Header("content-type", "application/json"),
        ]
        if let id { headers.append(RecordLine.Header("ce_id", id)) }
        if fault == .typeTwice { headers.append(RecordLine.Header("ce_type", DemoEvents.deleted)) }
        return RecordLine(key: key, headers: headers, value: hasData ? dataJSON() : nil)
    }
}
