/// Reads one event whose attributes are headers of the record (Kafka protocol binding 1.0.2, section 3.2). The value is
/// not looked at.
struct BinaryReader {
    let headers: RecordHeaders
    private var slots = AttributeSlots()
    /// The names of the headers that the slots were taken from.
    private var slotNames = AttributeSlots()
    private var extensions: [BinaryExtension] = []
    private var judge: AttributeJudge
    /// The first fault that makes the headers unreadable.
    private var fault: EventFault?
    /// The first fault of an extension attribute.
    private var extensionFault: EventFault?

    init(headers: RecordHeaders, aliases: AliasTable) {
        self.headers = headers
        judge = AttributeJudge(profile: headers.profile, aliases: aliases, origin: nil, originOffset: 0)
    }

    /// Reads the event into the envelope.
    mutating func read(_ record: KafkaRecordView, into envelope: inout Envelope) throws(EventFault) {
        // Also after a fault: what the envelope holds by then must stay readable.
        defer { envelope.memory = judge.memory }
        for header in record.headers {
            let name = ByteView(header.name)
            if headers.isAttribute(name) { collect(name, header.value, &envelope.tolerated) }
        }
        guard slots[.specVersion].isSet else { throw .notACloudEvent }
        if let fault { throw fault }
        try dropRepeatedExtensions()
        try mergeContentType(&envelope.tolerated)

        try judge.fill(&envelope, from: slots)
        let mediaType = try judge.mediaType(
            slots[.dataContentType], absent: MediaType(isJSON: false, isText: false), into: &envelope)
        envelope.declaresJSON = mediaType.isJSON
        if let extensionFault { throw extensionFault }
        if let value = record.value {
            envelope.data = ByteView(value)
            envelope.dataForm = .bytes
        }
        if !extensions.isEmpty {
            let memory = judge.memory ?? EnvelopeMemory()
            memory.extensions = extensions
            judge.memory = memory
        }
    }

    // MARK: Headers

    private mutating func collect(
        _ header: ByteView, _ value: UnsafeRawBufferPointer?, _ tolerated: inout Tolerances
    ) {
        let name = lowercased(header.slice(3..<header.count))
        let isLegacy = headers.profile.allows(.legacyAttribute) && name.equals("eventtype")
        if !isLegacy, header.bytes.contains(where: { Ascii.lowercased($0) != $0 }) {
            tolerated.insert(.headerNameCase, about: name.text)
        }
        let raw = rawAttribute(header, value)
        let member = isLegacy ? .eventType : EnvelopeMember.named(name)
        if member.isCore || isLegacy {
            take(raw, member, header)
            return
        }
        guard AttributeName.isValid(name), member != .data else {
            extensionFault = extensionFault ?? judge.invalidName(header.slice(3..<header.count), at: nil)
            return
        }
        if raw.marks.contains(.special), extensionFault == nil {
            do throws(EventFault) { try judge.check(raw.view, raw, name.text) } catch { extensionFault = error }
        }
        extensions.append(BinaryExtension(name: name, value: raw.isSet ? raw.view : ByteView(), header: header))
    }

    /// The header's value; its bytes are checked here, what they mean later.
    private mutating func rawAttribute(_ header: ByteView, _ value: UnsafeRawBufferPointer?) -> RawAttribute {
        guard let value else { return RawAttribute(ByteView(""), kind: .null) }
        let text = ByteView(value)
        var raw = RawAttribute(text, kind: .string)
        switch AttributeText.check(text) {
        case nil: break
        case .forbidden: raw.marks = .special
        case .notUTF8(let offset):
            fault =
                fault
                ?? EventFault(.invalidUtf8, header.text, offset: offset, detail: "the header's value is not UTF-8")
        }
        return raw
    }

    /// Takes a core attribute, unless it was given before.
    private mutating func take(_ raw: RawAttribute, _ member: EnvelopeMember, _ header: ByteView) {
        let earlier = slots[member]
        guard earlier.kind != .absent else {
            slots[member] = raw
            slotNames[member] = RawAttribute(header, kind: .string)
            return
        }
        if slotNames[member].view.equals(header) || !isSame(earlier, raw) { noteDuplicate(member.name) }
    }

    private func isSame(_ one: RawAttribute, _ other: RawAttribute) -> Bool {
        one.isSet == other.isSet && one.view.equals(other.view)
    }

    private mutating func noteDuplicate(_ name: String) {
        fault =
            fault ?? EventFault(.duplicateAttribute, name, detail: "the attribute is given by more than one header")
    }

    private mutating func lowercased(_ name: ByteView) -> ByteView {
        guard name.bytes.contains(where: { Ascii.lowercased($0) != $0 }) else { return name }
        return judge.room(for: name.count).append { out in
            for (index, byte) in name.bytes.enumerated() { out[index] = Ascii.lowercased(byte) }
            return name.count
        }
    }

    // MARK: What is given twice

    /// Two headers of one name in different case may stand together if they say the same; then one of them goes.
    private mutating func dropRepeatedExtensions() throws(EventFault) {
        guard extensions.count > 1 else { return }
        // By name, then by place: in time that grows little faster than the number of headers.
        let order = extensions.indices.sorted { left, right in
            let names = (extensions[left].name, extensions[right].name)
            return names.0.precedes(names.1) || (names.0.equals(names.1) && left < right)
        }
        var repeated: Set<Int> = []
        for (first, second) in zip(order, order.dropFirst()) {
            let (one, other) = (extensions[first], extensions[second])
            guard one.name.equals(other.name) else { continue }
            guard !one.header.equals(other.header), one.value.isPresent == other.value.isPresent,
                one.value.equals(other.value)
            else {
                noteDuplicate(one.name.text)
                break
            }
            repeated.insert(second)
        }
        if let fault { throw fault }
        if !repeated.isEmpty {
            extensions = extensions.indices.filter { !repeated.contains($0) }.map { extensions[$0] }
        }
    }

    /// The media type is carried by `content-type`; some producers repeat it as an attribute.
    private mutating func mergeContentType(_ tolerated: inout Tolerances) throws(EventFault) {
        guard headers.contentType.isPresent else { return }
        let contentType = RawAttribute(headers.contentType, kind: .string)
        if slots[.dataContentType].isSet {
            guard slots[.dataContentType].view.equals(headers.contentType),
                headers.profile.allows(.duplicateContentType)
            else {
                throw EventFault(
                    .duplicateAttribute, "datacontenttype",
                    detail: "'content-type' and 'ce_datacontenttype' are both given")
            }
            tolerated.insert(.duplicateContentType)
        }
        slots[.dataContentType] = contentType
    }
}
