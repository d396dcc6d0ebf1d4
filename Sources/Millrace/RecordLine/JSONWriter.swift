import CloudEvents

/// Writes compact JSON text. The caller keeps names and values, begins and ends in step; commas come by themselves.
package struct JSONWriter {
    private var text: JSONFragmentWriter
    private var needsComma = false

    /// Appends to what is there.
    package init(appendingTo bytes: consuming [UInt8] = []) {
        text = JSONFragmentWriter(appendingTo: bytes)
    }

    /// What was written so far.
    package var bytes: [UInt8] { text.bytes }

    /// Hands out what was written and starts empty.
    package mutating func take() -> [UInt8] {
        needsComma = false
        return text.take()
    }

    package mutating func beginObject() { open("{") }
    package mutating func endObject() { close("}") }
    package mutating func beginArray() { open("[") }
    package mutating func endArray() { close("]") }

    /// Ends a line between two documents.
    package mutating func lineFeed() {
        text.raw("\n")
        needsComma = false
    }

    /// The name of a member, in plain ASCII without anything to escape; its value follows.
    package mutating func name(_ name: StaticString) {
        separate()
        text.raw("\"")
        text.raw(name)
        text.raw("\":")
        needsComma = false
    }

    /// The name of a member, escaped where needed; its value follows.
    package mutating func name(of name: String) {
        string(name)
        text.raw(":")
        needsComma = false
    }

    package mutating func null() { literal("null") }
    package mutating func bool(_ value: Bool) { literal(value ? "true" : "false") }

    package mutating func integer(_ value: Int64) {
        separate()
        text.integer(value)
    }

    package mutating func string(_ value: String) {
        separate()
        text.string(value)
    }

    /// A string of bytes that are UTF-8 already.
    package mutating func string(_ value: UnsafeRawBufferPointer) {
        separate()
        text.string(value)
    }

    /// A string of the bytes' base64.
    package mutating func base64(_ bytes: UnsafeRawBufferPointer) {
        separate()
        text.raw("\"")
        Base64.encode(bytes).withUnsafeBytes { text.raw($0) }
        text.raw("\"")
    }

    /// A whole value that is JSON text already.
    package mutating func raw(_ value: some Collection<UInt8>) {
        separate()
        Array(value).withUnsafeBytes { text.raw($0) }
    }

    package mutating func member(_ name: StaticString, _ value: String?) {
        self.name(name)
        if let value { string(value) } else { null() }
    }

    package mutating func member(_ name: StaticString, _ value: Int64) {
        self.name(name)
        integer(value)
    }

    private mutating func literal(_ value: StaticString) {
        separate()
        text.raw(value)
    }

    private mutating func separate() {
        if needsComma { text.raw(",") }
        needsComma = true
    }

    private mutating func open(_ bracket: StaticString) {
        separate()
        text.raw(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: StaticString) {
        text.raw(bracket)
        needsComma = true
    }
}
