extension CloudEvent {
    /// Makes an event, judged by the same rules as one that is read under ``Profile/strict``.
    ///
    /// - Parameters:
    ///   - id: identifies the event within its source; not empty.
    ///   - source: a URI-reference (RFC 3986); not empty.
    ///   - type: not empty.
    ///   - subject: not empty if given.
    ///   - time: when it happened.
    ///   - dataContentType: a media type (RFC 2046). Where it is nil: `application/json` for JSON, `text/plain` for text,
    ///     none for bytes and without data.
    ///   - dataSchema: a URI.
    ///   - extensions: names of a–z and 0–9, not those of the specification's own attributes.
    ///   - data: the data, or nil for none.
    /// - Throws: ``EventFault`` with the attribute at fault.
    public init(
        id: String, source: String, type: String, subject: String? = nil, time: Timestamp? = nil,
        dataContentType: String? = nil, dataSchema: String? = nil, extensions: [String: AttributeValue] = [:],
        data: EventPayload? = nil
    ) throws(EventFault) {
        var maker = EventMaker()
        maker.set(.specVersion, "1.0")
        maker.set(.id, id)
        maker.set(.source, source)
        maker.set(.type, type)
        if let subject { maker.set(.subject, subject) }
        if let time { maker.set(.time, time.description) }
        if let dataSchema { maker.set(.dataSchema, dataSchema) }
        if let mediaType = dataContentType ?? data?.defaultMediaType { maker.set(.dataContentType, mediaType) }
        for (name, value) in extensions.sorted(by: { $0.key < $1.key }) { try maker.add(name, value) }
        try maker.fill(data)
        self.init(envelope: maker.envelope, memory: maker.memory)
    }
}

extension EventPayload {
    fileprivate var defaultMediaType: String? {
        switch self {
        case .json: "application/json"
        case .text: "text/plain"
        case .bytes: nil
        }
    }
}

/// Fills an envelope over memory of its own.
private struct EventMaker {
    private(set) var envelope = Envelope()
    let memory = EnvelopeMemory()
    private var slots = AttributeSlots()

    init() {
        envelope.memory = memory
    }

    private func own(_ bytes: [UInt8]) -> ByteView {
        bytes.withUnsafeBytes { memory.room(for: $0.count).append($0) }
    }

    private func raw(_ text: String) -> RawAttribute {
        var raw = RawAttribute(own(Array(text.utf8)), kind: .string)
        raw.marks = .special
        return raw
    }

    mutating func set(_ member: EnvelopeMember, _ text: String) {
        slots[member] = raw(text)
    }

    mutating func add(_ name: String, _ value: AttributeValue) throws(EventFault) {
        let name = own(Array(name.utf8))
        var text = raw(value.description)
        let judge = judge
        try judge.checkExtension(name, at: nil, text)
        guard EnvelopeMember.named(name).rawValue >= EnvelopeMember.eventType.rawValue else {
            throw judge.invalidName(name, at: nil)
        }
        switch value {
        case .string: text.kind = .string
        case .integer: text.kind = .number
        case .boolean: text.kind = .boolean
        }
        memory.extensions.append(BinaryExtension(name: name, value: text.view, header: name, kind: text.kind))
    }

    private var judge: AttributeJudge {
        AttributeJudge(
            profile: .strict, aliases: TypeAliases.none.table, origin: nil, originOffset: 0, memory: memory)
    }

    mutating func fill(_ data: EventPayload?) throws(EventFault) {
        var judge = judge
        try judge.fill(&envelope, from: slots)
        let nothing = MediaType(isJSON: false, isText: false)
        let mediaType = try judge.mediaType(slots[.dataContentType], absent: nothing, into: &envelope)
        envelope.declaresJSON = mediaType.isJSON
        envelope.memory = memory
        switch data {
        case nil: break
        case .json(let text):
            do throws(JSONFault) { try JSONGrammar.check(text) } catch { throw EventFault(error) }
            guard mediaType.isJSON else {
                throw EventFault(.dataNotText, detail: "the data is JSON, 'datacontenttype' is not")
            }
            (envelope.data, envelope.dataForm) = (own(text), .json)
        case .text(let text):
            (envelope.data, envelope.dataForm) = (own(Array(text.utf8)), mediaType.isJSON ? .bytes : .text)
        case .bytes(let bytes): (envelope.data, envelope.dataForm) = (own(bytes), .bytes)
        }
    }
}
