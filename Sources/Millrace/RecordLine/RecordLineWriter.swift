/// Writes record lines from borrowed bytes: nothing is copied but into the line.
///
/// Call `begin`, `key`, `header` any number of times, `value`, then `end`, in this order; a writer makes any number of
/// lines, one after the other.
package struct RecordLineWriter {
    private var json: JSONWriter
    private var inHeaders = false

    /// Appends to what is there, which is taken over without copying where the caller lets go of it.
    package init(appendingTo bytes: consuming [UInt8] = []) {
        json = JSONWriter(appendingTo: bytes)
    }

    /// Starts a line. Members that are nil are left out.
    package mutating func begin(topic: String?, partition: Int32?, offset: Int64?, timestamp: Int64?) {
        json.beginObject()
        if let topic { json.member("topic", topic) }
        if let partition { json.member("partition", Int64(partition)) }
        if let offset { json.member("offset", offset) }
        if let timestamp { json.member("timestamp", timestamp) }
    }

    /// The record's key; nil is null.
    package mutating func key(_ bytes: UnsafeRawBufferPointer?) {
        member("key", twin: "key_base64", bytes)
    }

    /// One header, after those already written.
    package mutating func header(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) {
        beginHeaders()
        json.beginArray()
        element(name)
        if let value { element(value) } else { json.null() }
        json.endArray()
    }

    /// The record's value; nil is null.
    package mutating func value(_ bytes: UnsafeRawBufferPointer?) {
        beginHeaders()
        json.endArray()
        inHeaders = false
        member("value", twin: "value_base64", bytes)
    }

    /// Ends the line with a line feed, hands everything written out, and starts empty.
    package mutating func end() -> [UInt8] {
        json.endObject()
        json.lineFeed()
        return json.take()
    }

    private mutating func beginHeaders() {
        guard !inHeaders else { return }
        json.name("headers")
        json.beginArray()
        inHeaders = true
    }

    private mutating func member(_ name: StaticString, twin: StaticString, _ bytes: UnsafeRawBufferPointer?) {
        guard let bytes else {
            json.name(name)
            return json.null()
        }
        if UTF8Text.isValid(bytes) {
            json.name(name)
            json.string(bytes)
        } else {
            json.name(twin)
            json.base64(bytes)
        }
    }

    private mutating func element(_ bytes: UnsafeRawBufferPointer) {
        if UTF8Text.isValid(bytes) { return json.string(bytes) }
        json.beginObject()
        json.name("base64")
        json.base64(bytes)
        json.endObject()
    }
}
