/// One member of an object: its name and its value as they stand in the document.
struct RawMember {
    /// What stands between the quotes.
    var name: ByteView
    var nameMarks: StringMarks
    var value: RawAttribute

    /// The position behind the name's opening quote.
    var token: BytePointer? { name.start }
}

/// The members of an object whose grammar was checked, in their order.
struct EnvelopeMembers: Sequence, IteratorProtocol {
    private var scanner: JSONScanner
    private var position: BytePointer
    /// A value that need not be read to find its end.
    private var known = ByteView()

    /// - Parameters:
    ///   - object: the text from the object's opening brace to its closing one, or further.
    ///   - known: the text of a value in it whose end is known; its content is not looked at.
    init?(_ object: ByteView, known: ByteView = ByteView()) {
        guard let start = object.start, object.count > 0 else { return nil }
        self.known = known
        scanner = JSONScanner(base: start, count: object.count)
        position = scanner.skipWhitespace(start + 1)
    }

    /// No members.
    init(empty: Void) {
        let text: StaticString = "{}"
        scanner = JSONScanner(base: text.utf8Start, count: text.utf8CodeUnitCount)
        position = scanner.end
    }

    mutating func next() -> RawMember? {
        guard scanner.peek(position) == Ascii.quote, let member = member(at: position + 1) else { return nil }
        position = scanner.skipWhitespace(position)
        if scanner.peek(position) == Ascii.comma { position = scanner.skipWhitespace(position + 1) }
        return member
    }

    /// The member whose name's first character is at the position; the position moves behind it.
    mutating func member(at token: BytePointer) -> RawMember? {
        scanner.marks = []
        guard let afterName = scanner.skipString(token) else { return nil }
        let nameMarks = scanner.marks
        let colon = scanner.skipWhitespace(afterName)
        guard scanner.peek(colon) == Ascii.colon else { return nil }
        let valueStart = scanner.skipWhitespace(colon + 1)
        scanner.marks = []
        let isKnown = known.start == valueStart
        guard let afterValue = isKnown ? valueStart + known.count : scanner.skipValue(valueStart, depth: .max) else {
            return nil
        }
        position = afterValue
        return RawMember(
            name: ByteView(token, count: afterName - token - 1), nameMarks: nameMarks,
            value: RawAttribute(valueStart, afterValue, marks: scanner.marks))
    }
}
