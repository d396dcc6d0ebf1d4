import Foundation

/// A record as kcat, a program that is not Millrace, reads it from a topic.
package struct KcatRecord: Sendable, Hashable {
    /// The partition.
    package var partition: Int32
    /// The offset.
    package var offset: Int64
    /// Milliseconds since 1970.
    package var timestamp: Int64
    /// The key's bytes; nil is null.
    package var key: [UInt8]?
    /// The value's bytes; nil is null.
    package var value: [UInt8]?
    /// The headers in order as `name=value`, joined by commas; a null value reads `NULL`.
    package var headerText: [UInt8]
    /// The headers in order; a null value is nil. Bytes that are not UTF-8 are replaced here: `headerText` is exact.
    package var headers: [Header]

    /// A header.
    package struct Header: Sendable, Hashable {
        package var name: String
        package var value: String?

        package init(name: String, value: String?) {
            self.name = name
            self.value = value
        }
    }

    /// The last value of a header; nil where there is none, or null.
    package subscript(header: String) -> String? { headers.last { $0.name == header }?.value }

    /// Whether key, value, timestamp and partition are those of another record, and its headers come first, in order.
    package func carries(_ origin: KcatRecord) -> Bool {
        key == origin.key && value == origin.value && timestamp == origin.timestamp && partition == origin.partition
            && headerText.starts(with: origin.headerText)
            && headers.prefix(origin.headers.count).elementsEqual(origin.headers)
    }
}

extension TestBroker {
    /// Everything in a topic, by partition and offset, as kcat reads it.
    package func kcat(_ topic: String) throws -> [KcatRecord] {
        let exact = try kcat(topic, format: ["-f", #"%p %o %T %K %S\n%k%s%h\x1e\x1f\n"#])
        let described = try kcat(topic, format: ["-J"])
        var headers: [String: [KcatRecord.Header]] = [:]
        for line in described.split(separator: UInt8(ascii: "\n")) {
            // kcat puts bytes as they are between the quotes of its JSON.
            let text = String(decoding: line, as: UTF8.self)
            let fields = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
            let list = fields["headers"] as? [Any] ?? []
            let place = "\(fields["partition"] ?? "")@\(fields["offset"] ?? "")"
            headers[place] = stride(from: 0, to: list.count - 1, by: 2).map {
                KcatRecord.Header(name: list[$0] as? String ?? "", value: list[$0 + 1] as? String)
            }
        }
        return try KcatRecord.parse(exact, headers: headers).sorted {
            ($0.partition, $0.offset) < ($1.partition, $1.offset)
        }
    }

    /// The same without headers, for topics whose bytes are no text at all.
    func kcatWithoutHeaders(_ topic: String) throws -> [KcatRecord] {
        try KcatRecord.parse(
            try kcat(topic, format: ["-f", #"%p %o %T %K %S\n%k%s\x1e\x1f\n"#]), headers: [:])
    }

    private func kcat(_ topic: String, format: [String]) throws -> [UInt8] {
        try ChildProcess.run(
            try Programs.installed("kcat"),
            ["-C", "-q", "-e", "-b", bootstrapServers, "-t", topic, "-o", "beginning"] + format)
    }
}

extension KcatRecord {
    private static let end = Array("\u{1e}\u{1f}\n".utf8)

    static func parse(_ bytes: [UInt8], headers: [String: [Header]]) throws -> [KcatRecord] {
        var records: [KcatRecord] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let newline = rest.firstIndex(of: UInt8(ascii: "\n")) else { break }
            let numbers = String(decoding: rest[..<newline], as: UTF8.self).split(separator: " ").compactMap {
                Int64($0)
            }
            guard numbers.count == 5 else {
                throw ProgramFailed(description: "kcat wrote what cannot be read: \(rest[..<newline])")
            }
            rest = rest[(newline + 1)...]
            func take(_ length: Int64) -> [UInt8]? {
                guard length >= 0 else { return nil }
                defer { rest = rest.dropFirst(Int(length)) }
                return Array(rest.prefix(Int(length)))
            }
            let key = take(numbers[3])
            let value = take(numbers[4])
            var length = 0
            while length < rest.count, !rest.dropFirst(length).starts(with: end) { length += 1 }
            let text = take(Int64(length)) ?? []
            rest = rest.dropFirst(end.count)
            records.append(
                KcatRecord(
                    partition: Int32(numbers[0]), offset: numbers[1], timestamp: numbers[2], key: key, value: value,
                    headerText: text, headers: headers["\(numbers[0])@\(numbers[1])"] ?? []))
        }
        return records
    }
}
