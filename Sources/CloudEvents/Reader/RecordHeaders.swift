/// Finds out from a record's headers how it carries an event, if any (Kafka protocol binding 1.0.2, section 3).
struct RecordHeaders {
    enum Kind {
        /// The value is an event in a format that this content type names.
        case structured(contentType: ByteView)
        /// The headers are the attributes.
        case binary
        /// Nothing says so, but the value may be an event in JSON.
        case implicit
        /// A null value without anything of an event.
        case tombstone
        /// Nothing of an event.
        case unknown
    }

    let profile: Profile
    /// Whether there is a header whose name starts with `ce_`.
    private(set) var hasAttributes = false
    /// The value of `content-type`.
    private(set) var contentType = ByteView()
    /// The name under which the content type was found.
    private var contentTypeName = ByteView()

    init(profile: Profile) {
        self.profile = profile
    }

    /// Whether there is one header, the content type of structured events as most producers spell it: then there is nothing
    /// else to find out.
    @inline(__always)
    static func sayOnlyStructured(_ headers: UnsafeBufferPointer<KafkaHeaderView>) -> Bool {
        guard headers.count == 1, let value = headers[0].value else { return false }
        return ByteView(headers[0].name).equals("content-type")
            && ByteView(value).equals("application/cloudevents+json")
    }

    /// Looks at all headers once.
    ///
    /// - Parameter fixed: the content mode that the reader was told.
    mutating func classify(
        _ record: KafkaRecordView, fixed: ContentMode?, tolerated: inout Tolerances
    ) throws(EventFault) -> Kind {
        for header in record.headers {
            let name = ByteView(header.name)
            if isAttribute(name) {
                hasAttributes = true
            } else if isContentType(name), let value = header.value {
                try take(contentType: ByteView(value), name, tolerated: &tolerated)
            }
        }
        let kind = kind(record, fixed: fixed)
        if contentType.isPresent, !contentTypeName.equals("content-type") {
            if case .binary = kind {
                tolerated.insert(.headerNameCase, about: "datacontenttype")
            } else {
                tolerated.insert(.headerNameCase, about: "content-type")
            }
        }
        return kind
    }

    private func kind(_ record: KafkaRecordView, fixed: ContentMode?) -> Kind {
        let saysStructured = contentType.hasPrefixIgnoringCase("application/cloudevents")
        let isNothing = record.value == nil && !hasAttributes && !saysStructured
        switch fixed {
        case .structured:
            return isNothing ? .tombstone : .structured(contentType: ByteView("application/cloudevents+json"))
        case .binary:
            return isNothing ? .tombstone : .binary
        case nil:
            if saysStructured { return .structured(contentType: contentType) }
            if hasAttributes { return .binary }
            if isNothing { return .tombstone }
            guard contentType.isPresent else { return profile.allows(.implicitStructured) ? .implicit : .unknown }
            let isCandidate = isPlainJSON(contentType) && record.value?.isEmpty == false
            return isCandidate && profile.allows(.implicitStructuredJSON) ? .implicit : .unknown
        }
    }

    /// Whether the content type is `application/json`, perhaps with parameters.
    private func isPlainJSON(_ contentType: ByteView) -> Bool {
        Self.isType(contentType, "application/json") && MediaType.parse(contentType) != nil
    }

    private mutating func take(
        contentType value: ByteView, _ name: ByteView, tolerated: inout Tolerances
    ) throws(EventFault) {
        if case .notUTF8(let offset) = AttributeText.check(value) {
            throw EventFault(
                .invalidUtf8, name.text, offset: offset, detail: "the header's value is not UTF-8")
        }
        guard contentType.isPresent else {
            contentType = value
            contentTypeName = name
            return
        }
        if value.equals(contentType) {
            if !name.equals(contentTypeName) {
                return contentTypeName = name.equals("content-type") ? contentTypeName : name
            }
            if profile.allows(.duplicateContentType) { return tolerated.insert(.duplicateContentType) }
        }
        throw EventFault(
            .duplicateAttribute, "datacontenttype", detail: "the header 'content-type' stands twice")
    }

    // MARK: Names

    @inline(__always)
    func isAttribute(_ name: ByteView) -> Bool {
        guard name.count >= 3, let start = name.start, start[2] == UInt8(ascii: "_") else { return false }
        if start[0] == UInt8(ascii: "c"), start[1] == UInt8(ascii: "e") { return true }
        return profile.allows(.headerNameCase) && name.hasPrefixIgnoringCase("ce_")
    }

    @inline(__always)
    private func isContentType(_ name: ByteView) -> Bool {
        guard name.count == 12 else { return false }
        return name.equals("content-type")
            || (profile.allows(.headerNameCase) && name.equalsIgnoringCase("content-type"))
    }

    // MARK: Formats

    /// Refuses a content type of CloudEvents that is not the JSON format of one event. Parameters do not matter: JSON is
    /// UTF-8.
    static func checkFormat(_ contentType: ByteView) throws(EventFault) {
        let format = contentType.slice("application/cloudevents".utf8.count..<contentType.count)
        if isType(format, "+json") { return }
        if isType(format, "-batch") || format.hasPrefixIgnoringCase("-batch+") {
            throw EventFault(.batchNotSupported, detail: "a record holds one event; batches are not read")
        }
        throw EventFault(
            .unsupportedEventFormat, detail: "of the structured formats only application/cloudevents+json is read")
    }

    /// Whether the text is the lower-case name, with nothing behind it but parameters.
    private static func isType(_ text: ByteView, _ name: StaticString) -> Bool {
        guard text.hasPrefixIgnoringCase(name) else { return false }
        guard text.count > name.utf8CodeUnitCount else { return true }
        let next = text[name.utf8CodeUnitCount]
        return next == UInt8(ascii: ";") || next == Ascii.space || next == Ascii.tab
    }
}
