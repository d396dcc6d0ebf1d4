/// What a record holds.
package enum Reading: Sendable, Hashable {
    /// A valid CloudEvent.
    case event
    /// A null value that nothing announces as an event: the mark of a deletion in a compacted topic.
    case tombstone
}

/// Reads Kafka records as CloudEvents (Kafka protocol binding 1.0.2). Stateless: one serves any number of threads.
package struct EventReader: Sendable {
    /// What is let pass.
    package let profile: Profile
    /// What is refused unread.
    package let limits: Limits
    /// The aliases of types, for profiles that know aliases.
    package let aliases: TypeAliases
    /// The content mode of all records, or nil to look at each record's headers.
    package let contentMode: ContentMode?

    /// - Parameter contentMode: fixed, it spares looking at headers in structured mode, but headers that disagree
    ///   with the value are then not noticed.
    package init(
        profile: Profile = .strict, limits: Limits = Limits(), aliases: TypeAliases = .qlik,
        contentMode: ContentMode? = nil
    ) {
        self.profile = profile
        self.limits = limits
        self.aliases = aliases
        self.contentMode = contentMode
    }

    /// Whether a record with such a value can only be read with its headers. Where not, `headers` may be left empty.
    @inline(__always)
    package func needsHeaders(forNullValue isNull: Bool) -> Bool {
        contentMode != .structured || isNull
    }

    /// Reads a record into an envelope, which keeps slices of the record. Allocates nothing for a structured event
    /// without escapes in attributes.
    ///
    /// - Parameter tape: room for the places of the strings in JSON data, for who will decode it; as long as the record.
    /// - Throws: why the record is no CloudEvent. The envelope's `mode` and `tolerated` then say how far it was read.
    package func read(
        _ record: KafkaRecordView, into envelope: inout Envelope, noting tape: StringTape = StringTape()
    ) throws(EventFault) -> Reading {
        envelope = Envelope()
        let isKnown =
            contentMode == .structured || (contentMode == nil && RecordHeaders.sayOnlyStructured(record.headers))
        if isKnown, let value = record.value {
            envelope.mode = .structured
            try checkSize(value)
            try readStructured(ByteView(value), implicit: false, into: &envelope, noting: tape)
            return .event
        }
        return try readByHeaders(record, into: &envelope)
    }

    private func readByHeaders(
        _ record: KafkaRecordView, into envelope: inout Envelope
    ) throws(EventFault) -> Reading {
        var headers = RecordHeaders(profile: profile)
        switch try headers.classify(record, fixed: contentMode, tolerated: &envelope.tolerated) {
        case .tombstone: return .tombstone
        case .unknown: throw .notACloudEvent
        case .implicit:
            try checkSize(record.value)
            try readImplicit(record, into: &envelope)
        case .binary:
            envelope.mode = .binary
            try checkSize(record.value)
            var reader = BinaryReader(headers: headers, aliases: aliases.table)
            try reader.read(record, into: &envelope)
        case .structured(let contentType):
            envelope.mode = .structured
            try RecordHeaders.checkFormat(contentType)
            try checkSize(record.value)
            guard let value = record.value else {
                throw EventFault(.emptyValue, detail: "a structured event has no value")
            }
            try readStructured(ByteView(value), implicit: false, into: &envelope)
            if headers.hasAttributes { try HeaderMismatches(headers: headers).note(record, in: &envelope) }
        }
        return .event
    }

    private func checkSize(_ value: UnsafeRawBufferPointer?) throws(EventFault) {
        if let count = value?.count, count > limits.maximumBytes {
            throw EventFault(
                .tooLarge, detail: "\(count) bytes are more than the \(limits.maximumBytes) that are allowed")
        }
    }

    /// Reads a document that nothing announces: an event if it says so itself.
    private func readImplicit(_ record: KafkaRecordView, into envelope: inout Envelope) throws(EventFault) {
        guard let bytes = record.value else { throw .notACloudEvent }
        let value = ByteView(bytes)
        do throws(EventFault) {
            try readStructured(value, implicit: true, into: &envelope)
        } catch {
            guard error.code != .notACloudEvent, ImplicitEvent.isMeant(value) else {
                envelope.tolerated = Tolerances()
                throw .notACloudEvent
            }
            envelope.mode = .structured
            envelope.tolerated.insert(.implicitStructured)
            throw error
        }
        envelope.mode = .structured
        envelope.tolerated.insert(.implicitStructured)
    }

    /// Reads a JSON document.
    func readStructured(
        _ value: ByteView, implicit: Bool, into envelope: inout Envelope, noting tape: StringTape = StringTape()
    ) throws(EventFault) {
        guard let base = value.start, value.count > 0 else {
            throw EventFault(.emptyValue, detail: "a structured event has no bytes")
        }
        var textOffset = 0
        if TextEncoding.hasMark(base, count: value.count), profile.allows(.bom) {
            textOffset = 3
            envelope.tolerated.insert(.bom)
            guard value.count > 3 else {
                throw EventFault(.emptyValue, detail: "a structured event has no bytes but a byte order mark")
            }
        }
        let text = ByteView(base + textOffset, count: value.count - textOffset)
        var reader = StructuredReader(
            text, base: base + textOffset, textOffset: textOffset, profile: profile, depth: limits.maximumDepth,
            aliases: aliases.table, tape: tape)
        try reader.read(into: &envelope, implicit: implicit)
    }
}
