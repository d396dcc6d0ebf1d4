/// Reads JSON text in place, value by value, without an index and without copies: for decoders that know what they want.
///
/// The text is checked before, so only kinds can be wrong. A value is entered, read or skipped exactly once:
///
///     try cursor.enterObject()
///     while let name = cursor.nextMember() {
///         if name == "id" { id = try cursor.string().string } else { cursor.skip() }
///     }
///
/// A mismatch is an ``EventDataError`` with the pointer to the value, which is only looked for then.
package struct JSONCursor {
    private var scanner: JSONScanner
    private var position: BytePointer
    /// What stands in front of all pointers.
    private let root: String

    /// Reads text whose grammar was checked, and which outlives the cursor.
    package init(trusting text: ByteView, root: String = "") {
        let empty: StaticString = "null"
        scanner = JSONScanner(
            base: text.count > 0 ? text.start ?? empty.utf8Start : empty.utf8Start,
            count: text.count > 0 ? text.count : empty.utf8CodeUnitCount)
        self.root = root
        position = scanner.skipWhitespace(scanner.base)
    }

    /// Checks the text first.
    package init(
        checking text: UnsafeRawBufferPointer, maximumDepth: Int = 512, root: String = ""
    ) throws(JSONFault) {
        try JSONGrammar.check(text, maximumDepth: maximumDepth)
        self.init(trusting: ByteView(text), root: root)
    }

    /// The kind of the value at hand.
    package var kind: JSONKind { JSONKind(scanner.peek(position)) }

    /// Zero-based offset of the value at hand.
    package var offset: Int { position - scanner.base }

    // MARK: Containers

    /// Enters the object at hand.
    @inline(__always)
    package mutating func enterObject() throws(EventDataError) {
        guard scanner.peek(position) == Ascii.openBrace else { throw mismatch("object") }
        position = scanner.skipWhitespace(position + 1)
    }

    /// The name of the object's next member, whose value is then at hand; nil at its end, which is then left.
    @inline(__always)
    package mutating func nextMember() -> JSONString? {
        guard moveToNext(closing: Ascii.closeBrace), scanner.peek(position) == Ascii.quote else { return nil }
        let name = readString()
        position = scanner.skipWhitespace(position)
        position = scanner.skipWhitespace(position + 1)
        return name
    }

    /// Enters the array at hand.
    @inline(__always)
    package mutating func enterArray() throws(EventDataError) {
        guard scanner.peek(position) == Ascii.openBracket else { throw mismatch("array") }
        position = scanner.skipWhitespace(position + 1)
    }

    /// Whether there is a next element, which is then at hand; at the array's end, it is left.
    @inline(__always)
    package mutating func nextElement() -> Bool {
        moveToNext(closing: Ascii.closeBracket)
    }

    /// Past a comma, or past the closing bracket.
    @inline(__always)
    private mutating func moveToNext(closing: UInt8) -> Bool {
        position = scanner.skipWhitespace(position)
        if scanner.peek(position) == Ascii.comma { position = scanner.skipWhitespace(position + 1) }
        guard position < scanner.end else { return false }
        guard scanner.peek(position) == closing else { return true }
        position += 1
        return false
    }

    // MARK: Values

    /// Reads a string.
    @inline(__always)
    package mutating func string() throws(EventDataError) -> JSONString {
        guard scanner.peek(position) == Ascii.quote else { throw mismatch("string") }
        return readString()
    }

    /// Reads a boolean.
    package mutating func boolean() throws(EventDataError) -> Bool {
        let isTrue = scanner.peek(position) == UInt8(ascii: "t")
        guard isTrue || scanner.peek(position) == UInt8(ascii: "f") else { throw mismatch("boolean") }
        skip()
        return isTrue
    }

    /// Reads a whole number that fits the type.
    package mutating func integer<T: FixedWidthInteger>(_ type: T.Type = T.self) throws(EventDataError) -> T {
        guard kind == .number else { throw mismatch("integer") }
        let start = position
        guard let value = JSONNumber.integer(skip(), as: type) else {
            position = start
            throw mismatch("integer of \(T.bitWidth) bits")
        }
        return value
    }

    /// Reads a number.
    package mutating func double() throws(EventDataError) -> Double {
        guard kind == .number else { throw mismatch("number") }
        let start = position
        guard let value = JSONNumber.double(skip()) else {
            position = start
            throw mismatch("number in the range of a double")
        }
        return value
    }

    /// Reads `null` if it is at hand; anything else stays there.
    @inline(__always)
    package mutating func null() -> Bool {
        guard scanner.peek(position) == UInt8(ascii: "n") else { return false }
        skip()
        return true
    }

    /// Skips the value at hand, and answers its text.
    @discardableResult
    package mutating func skip() -> ByteView {
        let start = position
        position = scanner.skipValue(start, depth: .max) ?? scanner.end
        return ByteView(start, count: position - start)
    }

    @inline(__always)
    private mutating func readString() -> JSONString {
        let start = position + 1
        let (after, hasEscapes) = scanner.skipCheckedString(start)
        position = after
        return JSONString(ByteView(start, count: max(0, after - start - 1)), hasEscapes: hasEscapes)
    }

    // MARK: Errors

    /// The pointer to the value at an offset.
    package func pointer(to offset: Int) -> String {
        JSONPointer.locate(offset, in: ByteView(scanner.base, count: scanner.end - scanner.base), root: root)
    }

    /// The value at hand is not what is needed.
    @inline(never)
    package func mismatch(_ expected: String) -> EventDataError {
        EventDataError(
            .invalidData, pointer: pointer(to: offset), expected: expected, actual: kind.description)
    }

    /// The object at an offset has no such member.
    package func missing(_ name: String, inObjectAt offset: Int, expected: String) -> EventDataError {
        EventDataError(
            .invalidData, pointer: JSONPointer.appending(name, to: pointer(to: offset)), expected: expected,
            actual: "nothing")
    }
}
