/// What a media type (RFC 2046; its grammar is in RFC 2045 section 5.1) says about data.
struct MediaType: Equatable {
    /// `json`, or a suffix `+json`.
    var isJSON: Bool
    /// Text that is known to be in UTF-8 or ASCII.
    var isText: Bool

    static let json = MediaType(isJSON: true, isText: false)

    private static let token = ByteSet.lettersAndDigits.union(ByteSet("!#$%&'*+-.^_`{|}~"))
    /// Subtypes of `application` that are text.
    private static let textSubtypes: [StaticString] = ["xml", "javascript", "yaml", "x-yaml", "x-www-form-urlencoded"]

    /// What the media type says, or nil if the bytes are none from the first to the last.
    static func parse(_ view: ByteView) -> MediaType? {
        if view.equals("application/json") { return .json }
        guard let start = view.start else { return nil }
        let end = start + view.count
        let typeEnd = skipToken(start, end)
        guard typeEnd > start, typeEnd < end, typeEnd.pointee == Ascii.slash else { return nil }
        let subtypeEnd = skipToken(typeEnd + 1, end)
        guard subtypeEnd > typeEnd + 1 else { return nil }

        var isPlainCharset = true
        var position = subtypeEnd
        while true {
            position = skipBlank(position, end)
            if position == end { break }
            guard position.pointee == UInt8(ascii: ";"),
                let parameter = parameter(skipBlank(position + 1, end), end)
            else { return nil }
            if parameter.name.equalsIgnoringCase("charset") {
                isPlainCharset =
                    parameter.value.equalsIgnoringCase("utf-8") || parameter.value.equalsIgnoringCase("us-ascii")
            }
            position = parameter.end
        }
        let type = ByteView(start, count: typeEnd - start)
        let subtype = ByteView(typeEnd + 1, count: subtypeEnd - typeEnd - 1)
        return MediaType(
            isJSON: subtype.equalsIgnoringCase("json") || hasSuffix(subtype, "+json"),
            isText: isPlainCharset && isText(type, subtype))
    }

    private static func isText(_ type: ByteView, _ subtype: ByteView) -> Bool {
        if type.equalsIgnoringCase("text") || hasSuffix(subtype, "+xml") || hasSuffix(subtype, "+yaml") { return true }
        return type.equalsIgnoringCase("application") && textSubtypes.contains { subtype.equalsIgnoringCase($0) }
    }

    private static func hasSuffix(_ view: ByteView, _ suffix: StaticString) -> Bool {
        let count = suffix.utf8CodeUnitCount
        return view.count > count && view.slice(view.count - count..<view.count).equalsIgnoringCase(suffix)
    }

    /// `name=value`, the value a token or a quoted string.
    private static func parameter(
        _ start: BytePointer, _ end: BytePointer
    ) -> (name: ByteView, value: ByteView, end: BytePointer)? {
        let nameEnd = skipToken(start, end)
        guard nameEnd > start, nameEnd < end, nameEnd.pointee == UInt8(ascii: "=") else { return nil }
        let name = ByteView(start, count: nameEnd - start)
        let value = nameEnd + 1
        guard value < end, value.pointee == Ascii.quote else {
            let valueEnd = skipToken(value, end)
            return valueEnd > value ? (name, ByteView(value, count: valueEnd - value), valueEnd) : nil
        }
        var position = value + 1
        while position < end, position.pointee != Ascii.quote {
            if position.pointee == Ascii.backslash { position += 1 }
            guard position < end, isQuotable(position.pointee) else { return nil }
            position += 1
        }
        guard position < end else { return nil }
        return (name, ByteView(value + 1, count: position - value - 1), position + 1)
    }

    private static func isQuotable(_ byte: UInt8) -> Bool {
        byte == Ascii.tab || (byte >= Ascii.space && byte < Ascii.delete)
    }

    private static func skipToken(_ start: BytePointer, _ end: BytePointer) -> BytePointer {
        let set = token
        var position = start
        while position < end, set.contains(position.pointee) { position += 1 }
        return position
    }

    private static func skipBlank(_ start: BytePointer, _ end: BytePointer) -> BytePointer {
        var position = start
        while position < end, position.pointee == Ascii.space || position.pointee == Ascii.tab { position += 1 }
        return position
    }
}
