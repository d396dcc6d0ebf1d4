import MillraceCRdkafka

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension KafkaProperties {
    /// What the librdkafka that runs says of each of its properties: the values that it allows, in its words, empty
    /// where it names none. By name, aliases too; empty where it cannot be asked.
    package static let known: [String: String] = {
        var text: UnsafeMutablePointer<CChar>?
        var size = 0
        // It prints its table of properties, and only to a file: one in memory.
        guard let file = open_memstream(&text, &size) else { return [:] }
        rd_kafka_conf_properties_show(file)
        fclose(file)
        guard let text else { return [:] }
        defer { free(text) }
        return known(inTable: String(cString: text))
    }()

    /// The first and the third column of a Markdown table, without its head.
    static func known(inTable text: String) -> [String: String] {
        var known: [String: String] = [:]
        for line in text.split(separator: "\n") {
            let columns = line.split(separator: "|", omittingEmptySubsequences: false).map { $0.trimmed }
            guard columns.count > 3, let name = columns.first, name.contains(where: \.isLowercase),
                !name.contains(where: \.isUppercase)
            else { continue }
            known[name] = columns[2]
        }
        return known
    }
}

extension Substring {
    fileprivate var trimmed: String {
        String(drop(while: { $0 == " " }).reversed().drop(while: { $0 == " " }).reversed())
    }
}
