import CloudEvents

/// A record for a test: headers in order, any of them with a null value, names and values as bytes.
struct Record: Sendable {
    var headers: [(name: [UInt8], value: [UInt8]?)] = []
    var value: [UInt8]?

    init(_ value: String?, _ headers: [(String, String?)] = []) {
        self.value = value.map { Array($0.utf8) }
        self.headers = headers.map { (Array($0.0.utf8), $0.1.map { Array($0.utf8) }) }
    }

    init(bytes: [UInt8]?, _ headers: [(String, String?)] = []) {
        self.init(nil, headers)
        value = bytes
    }

    /// What `explain` and `produce` send: a JSON document with the content type of structured events.
    static func structured(_ value: String?) -> Record {
        Record(value, [("content-type", "application/cloudevents+json")])
    }

    static func structured(bytes: [UInt8]) -> Record {
        Record(bytes: bytes, [("content-type", "application/cloudevents+json")])
    }

    /// The required attributes as headers, some of them replaced, removed (nil) or added.
    static func binary(
        _ value: String?, contentType: String? = "application/json", _ changes: [(String, String?)] = [],
        without: Set<String> = []
    ) -> Record {
        let attributes: [(String, String?)] = [
            ("ce_specversion", "1.0"), ("ce_id", "1"), ("ce_source", "/a"), ("ce_type", "t"),
            ("content-type", contentType),
        ]
        let changed = Set(changes.map { $0.0 })
        let kept = attributes.filter { !changed.contains($0.0) && !without.contains($0.0) && $0.1 != nil }
        return Record(value, kept + changes)
    }

    func with(_ name: [UInt8], _ value: [UInt8]?) -> Record {
        var copy = self
        copy.headers.append((name, value))
        return copy
    }

    /// Lends the record as the reader takes it.
    func withView<Result>(_ body: (KafkaRecordView) throws -> Result) rethrows -> Result {
        let size = headers.reduce(value?.count ?? 0) { $0 + $1.name.count + ($1.value?.count ?? 0) }
        let memory = OwnedBytes(capacity: size)
        func own(_ bytes: [UInt8]) -> UnsafeRawBufferPointer { bytes.withUnsafeBytes { memory.append($0).bytes } }
        let views = headers.map { KafkaHeaderView(name: own($0.name), value: $0.value.map(own)) }
        let bytes = value.map(own)
        return try withExtendedLifetime(memory) {
            try views.withUnsafeBufferPointer { try body(KafkaRecordView(value: bytes, headers: $0)) }
        }
    }

    /// Reads the record and says in one line what came of it: `structured typeAlias,bom`, `tombstone`, or
    /// `refused invalidString:id`.
    func outcome(
        _ profile: Profile, limits: Limits = Limits(), aliases: TypeAliases = .qlik, mode: ContentMode? = nil
    ) -> String {
        let reader = EventReader(profile: profile, limits: limits, aliases: aliases, contentMode: mode)
        return withView { view in
            var envelope = Envelope()
            do throws(EventFault) {
                guard try reader.read(view, into: &envelope) == .event else { return "tombstone" }
                let tolerated = envelope.tolerated.codes.joined(separator: ",")
                let mode = envelope.mode?.rawValue ?? "no mode"
                return tolerated.isEmpty ? mode : "\(mode) \(tolerated)"
            } catch {
                return "refused \(error.reason)"
            }
        }
    }

    /// The event, with memory of its own.
    func event(_ profile: Profile = .strict) throws -> CloudEvent {
        let headers = headers.map {
            KafkaMessage.Header(name: String(decoding: $0.name, as: UTF8.self), value: $0.value)
        }
        guard let event = try CloudEvent.read(KafkaMessage(headers: headers, value: value), profile: profile) else {
            throw NoEvent()
        }
        return event
    }

    struct NoEvent: Error {}
}

/// A structured event's document with the required attributes, some replaced or left out, and more members.
func document(_ members: String = "", without: String? = nil, replacing: [String: String] = [:]) -> String {
    let required = [
        ("specversion", #""1.0""#), ("id", #""1""#), ("source", #""/a""#), ("type", #""t""#),
    ]
    let kept = required.filter { $0.0 != without }.map { #""\#($0.0)":\#(replacing[$0.0] ?? $0.1)"# }
    return "{" + (kept + (members.isEmpty ? [] : [members])).joined(separator: ",") + "}"
}
