/// The elements of an array.
struct UnkeyedDataContainer: UnkeyedDecodingContainer {
    let index: DataIndex
    private let array: Int
    /// The entry of the next element.
    private var entry: Int
    private(set) var currentIndex = 0
    let count: Int?

    init(index: DataIndex, array: Int) {
        self.index = index
        self.array = array
        entry = array + 1
        var elements = 0
        var next = entry
        while next < index.entries[array].next {
            next = index.entries[next].next
            elements += 1
        }
        count = elements
    }

    var codingPath: [any CodingKey] { ValueDecoder(index: index, entry: array).codingPath }

    var isAtEnd: Bool { entry >= end }

    private var end: Int { index.entries[array].next }

    /// Reads the next element, and moves on if that succeeds.
    @inline(__always)
    private mutating func next<Value>(
        _ expected: @autoclosure () -> String, _ read: (ValueDecoder) throws -> Value
    ) throws -> Value {
        guard !isAtEnd else {
            throw EventDataError(
                .invalidData, pointer: JSONPointer.appending(String(currentIndex), to: index.pointer(to: array)),
                expected: expected(), actual: "nothing")
        }
        let value = try read(ValueDecoder(index: index, entry: entry))
        entry = index.entries[entry].next
        currentIndex += 1
        return value
    }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, index.entries[entry].kind == .null else { return false }
        entry += 1
        currentIndex += 1
        return true
    }

    mutating func decode(_ type: Bool.Type) throws -> Bool { try next("boolean") { try $0.boolean() } }
    mutating func decode(_ type: String.Type) throws -> String { try next("string") { try $0.string() } }
    mutating func decode(_ type: Double.Type) throws -> Double { try next("number") { try $0.double() } }
    mutating func decode(_ type: Float.Type) throws -> Float { try next("number") { try $0.float() } }
    mutating func decode(_ type: Int.Type) throws -> Int { try next("integer") { try $0.integer(type) } }
    mutating func decode(_ type: Int8.Type) throws -> Int8 { try next("integer") { try $0.integer(type) } }
    mutating func decode(_ type: Int16.Type) throws -> Int16 { try next("integer") { try $0.integer(type) } }
    mutating func decode(_ type: Int32.Type) throws -> Int32 { try next("integer") { try $0.integer(type) } }
    mutating func decode(_ type: Int64.Type) throws -> Int64 { try next("integer") { try $0.integer(type) } }
    mutating func decode(_ type: UInt.Type) throws -> UInt { try next("integer") { try $0.integer(type) } }
    mutating func decode(_ type: UInt8.Type) throws -> UInt8 { try next("integer") { try $0.integer(type) } }
    mutating func decode(_ type: UInt16.Type) throws -> UInt16 { try next("integer") { try $0.integer(type) } }
    mutating func decode(_ type: UInt32.Type) throws -> UInt32 { try next("integer") { try $0.integer(type) } }
    mutating func decode(_ type: UInt64.Type) throws -> UInt64 { try next("integer") { try $0.integer(type) } }
    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        try next(String(describing: type)) { try $0.value(type) }
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try next("object") { try $0.container(keyedBy: type) }
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try next("array") { try $0.unkeyedContainer() }
    }

    mutating func superDecoder() throws -> any Decoder { try next("value") { $0 } }
}
