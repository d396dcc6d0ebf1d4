/// Judges collected attributes by the rules of CloudEvents 1.0.2 and fills an envelope with them.
///
/// The same for both content modes: only where the texts lie differs.
struct AttributeJudge {
    let profile: Profile
    /// Held by the reader, which is there longer: counting references to it costs more than looking into it.
    unowned(unsafe) let aliases: AliasTable
    /// Where offsets of faults are counted from; nil: from each value's own start.
    let origin: BytePointer?
    /// What is added to offsets.
    let originOffset: Int
    var memory: EnvelopeMemory?

    /// Judges the core attributes in this order: version, what is missing, types, then each one's own rule.
    mutating func fill(_ envelope: inout Envelope, from slots: AttributeSlots) throws(EventFault) {
        envelope.specVersion = try version(slots[.specVersion], tolerated: &envelope.tolerated)
        try require(slots[.id], .id)
        try require(slots[.source], .source)
        try require(slots[.type], .type)

        envelope.id = try nonEmptyText(slots[.id], .id)
        envelope.source = try source(slots[.source])
        envelope.originalType = try nonEmptyText(slots[.type], .type)
        if slots[.subject].isSet { envelope.subject = try nonEmptyText(slots[.subject], .subject) }
        if slots[.time].isSet { envelope.time = try time(slots[.time]) }
        if slots[.dataSchema].isSet { envelope.dataSchema = try dataSchema(slots[.dataSchema]) }
        try resolveType(&envelope, eventType: slots[.eventType])
    }

    // MARK: Texts

    private func require(_ raw: RawAttribute, _ member: EnvelopeMember) throws(EventFault) {
        if !raw.isSet {
            throw EventFault(
                .missingAttribute, member.name, detail: "the attribute is required and is missing or null")
        }
    }

    /// The text of a string, unescaped.
    @inline(__always)
    mutating func text(_ raw: RawAttribute, _ member: EnvelopeMember) throws(EventFault) -> ByteView {
        if raw.kind == .string, !raw.marks.contains(.escape) { return raw.view }
        return try unusualText(raw, member)
    }

    @inline(never)
    private mutating func unusualText(_ raw: RawAttribute, _ member: EnvelopeMember) throws(EventFault) -> ByteView {
        guard raw.kind == .string else {
            throw EventFault(
                .wrongType, member.name, offset: offset(of: raw),
                detail: "the attribute must be a string, not \(raw.kind.article)")
        }
        return try unescaped(raw, member.name)
    }

    /// The text of a string with escapes, in memory of the envelope's own.
    mutating func unescaped(_ raw: RawAttribute, _ name: @autoclosure () -> String) throws(EventFault) -> ByteView {
        if raw.marks.contains(.loneSurrogate) {
            throw EventFault(
                .invalidString, name(), offset: offset(of: raw),
                detail: "a \\u escape is half of a surrogate pair; both halves must stand together")
        }
        guard raw.marks.contains(.escape) else { return raw.view }
        return room(for: Int(raw.count)).append { out in JSONText.unescape(raw.view, into: out) }
    }

    /// Memory that lives as long as the envelope.
    mutating func room(for count: Int) -> OwnedBytes {
        let holder = memory ?? EnvelopeMemory()
        memory = holder
        return holder.room(for: count)
    }

    /// The text of an attribute of type String: without characters that must not be in one.
    @inline(__always)
    private mutating func plainText(_ raw: RawAttribute, _ member: EnvelopeMember) throws(EventFault) -> ByteView {
        let text = try text(raw, member)
        if raw.marks.contains(.special) { try check(text, raw, member.name) }
        return text
    }

    @inline(never)
    func check(_ text: ByteView, _ raw: RawAttribute, _ name: @autoclosure () -> String) throws(EventFault) {
        guard let fault = AttributeText.check(text) else { return }
        // Inside a text with escapes the place cannot be told from the text: then the start stands for it.
        let within = raw.marks.contains(.escape) ? 0 : fault.offset
        throw EventFault(
            .invalidString, name(), offset: offset(of: raw).map { $0 + within },
            detail: "the attribute holds a control character or a noncharacter")
    }

    private mutating func nonEmptyText(_ raw: RawAttribute, _ member: EnvelopeMember) throws(EventFault) -> ByteView {
        let text = try plainText(raw, member)
        try refuseEmpty(text, raw, member)
        return text
    }

    private func refuseEmpty(_ text: ByteView, _ raw: RawAttribute, _ member: EnvelopeMember) throws(EventFault) {
        if text.count == 0 {
            throw EventFault(
                .emptyAttribute, member.name, offset: offset(of: raw), detail: "the attribute must not be empty")
        }
    }

    func offset(of raw: RawAttribute) -> Int? {
        guard let start = raw.start else { return nil }
        return origin.map { start - $0 + originOffset } ?? 0
    }

    // MARK: Attributes with a rule of their own

    private mutating func version(
        _ raw: RawAttribute, tolerated: inout Tolerances
    ) throws(EventFault) -> ByteView {
        try require(raw, .specVersion)
        let text = try text(raw, .specVersion)
        if text.equals("1.0") { return text }
        try refuseEmpty(text, raw, .specVersion)
        if profile.allows(.specversionPatch), text.hasPrefixIgnoringCase("1.0."), text.count > 4,
            text.slice(4..<text.count).bytes.allSatisfy(Ascii.isDigit)
        {
            tolerated.insert(.specversionPatch)
            return ByteView("1.0")
        }
        throw EventFault(
            .unsupportedSpecVersion, offset: offset(of: raw), detail: "only version 1.0 of CloudEvents is read")
    }

    private mutating func source(_ raw: RawAttribute) throws(EventFault) -> ByteView {
        let text = try text(raw, .source)
        try refuseEmpty(text, raw, .source)
        guard URIReference.isValid(text) else {
            throw EventFault(
                .invalidUriReference, "source", offset: offset(of: raw),
                detail: "the attribute must be a URI-reference of RFC 3986")
        }
        return text
    }

    private mutating func dataSchema(_ raw: RawAttribute) throws(EventFault) -> ByteView {
        let text = try text(raw, .dataSchema)
        try refuseEmpty(text, raw, .dataSchema)
        guard URIReference.isValid(text, requiringScheme: true) else {
            throw EventFault(
                .invalidUriReference, "dataschema", offset: offset(of: raw),
                detail: "the attribute must be a URI of RFC 3986, with a scheme")
        }
        return text
    }

    private mutating func time(_ raw: RawAttribute) throws(EventFault) -> ByteView {
        let text = try text(raw, .time)
        guard TimestampParser.isValid(text) else {
            throw EventFault(
                .invalidTimestamp, "time", offset: offset(of: raw),
                detail: "the attribute must be a timestamp of RFC 3339, such as 2018-04-05T17:31:00Z")
        }
        return text
    }

    /// The media type and what it says; JSON where there is none and `absent` says so.
    mutating func mediaType(
        _ raw: RawAttribute, absent: MediaType, into envelope: inout Envelope
    ) throws(EventFault) -> MediaType {
        guard raw.isSet else { return absent }
        let text = try text(raw, .dataContentType)
        if let type = MediaType.parse(text) {
            envelope.dataContentType = text
            return type
        }
        if profile.allows(.placeholderMediaType), text.equals("string") {
            envelope.tolerated.insert(.placeholderMediaType)
            envelope.dataContentType = ByteView("application/json")
            return .json
        }
        throw EventFault(
            .invalidMediaType, "datacontenttype", offset: offset(of: raw),
            detail: "the attribute must be a media type of RFC 2046, such as application/json")
    }
}

extension RawAttribute.Kind {
    /// The kind in words.
    var article: String {
        switch self {
        case .absent: "absent"
        case .null: "null"
        case .string: "a string"
        case .number: "a number"
        case .boolean: "a boolean"
        case .object: "an object"
        case .array: "an array"
        }
    }
}
