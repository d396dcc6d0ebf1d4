extension AttributeJudge {
    /// Judges an extension attribute of a JSON document: its name, then its value's type, then the value.
    ///
    /// `token`: where the name stands.
    func checkExtension(_ name: ByteView, at token: BytePointer?, _ value: RawAttribute) throws(EventFault) {
        guard AttributeName.isValid(name) else { throw invalidName(name, at: token) }
        switch value.kind {
        case .absent, .null, .boolean: break
        case .string: try checkString(name, value)
        case .number: try checkInteger(name, value)
        case .object, .array:
            throw EventFault(
                .invalidAttributeType, name.text, offset: offset(of: value),
                detail: "an attribute must be a string, a boolean, an integer or null, not \(value.kind.article)")
        }
    }

    func invalidName(_ name: ByteView, at token: BytePointer?) -> EventFault {
        let offset = origin.flatMap { origin in token.map { $0 - origin + originOffset } }
        return EventFault(
            .invalidAttributeName, name.text, offset: offset,
            detail: "the name of an attribute must be made of a-z and 0-9")
    }

    private func checkString(_ name: ByteView, _ value: RawAttribute) throws(EventFault) {
        guard value.marks.contains(.special) else { return }
        guard value.marks.contains(.escape) else { return try check(value.view, value, name.text) }
        if value.marks.contains(.loneSurrogate) {
            throw EventFault(
                .invalidString, name.text, offset: offset(of: value),
                detail: "a \\u escape is half of a surrogate pair; both halves must stand together")
        }
        // Only to look at it: the text itself is made when somebody asks for it.
        let scratch = OwnedBytes(capacity: Int(value.count))
        try check(scratch.append { out in JSONText.unescape(value.view, into: out) }, value, name.text)
    }

    private func checkInteger(_ name: ByteView, _ value: RawAttribute) throws(EventFault) {
        let digits = value.view.bytes
        guard digits.allSatisfy({ Ascii.isDigit($0) || $0 == Ascii.minus }) else {
            throw EventFault(
                .notAnInteger, name.text, offset: offset(of: value),
                detail: "a number must be written without fraction and exponent")
        }
        guard Int32(value.view.text) != nil else {
            throw EventFault(
                .integerOutOfRange, name.text, offset: offset(of: value),
                detail: "an integer must be within -2147483648 and 2147483647")
        }
    }
}
