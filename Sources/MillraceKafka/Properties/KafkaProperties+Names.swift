import MillraceCRdkafka

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension KafkaProperties {
    /// The name of every property that the librdkafka that runs knows, aliases too; empty where it cannot be asked.
    package static let names: [String] = {
        var text: UnsafeMutablePointer<CChar>?
        var size = 0
        // It prints its table of properties, and only to a file: one in memory.
        guard let file = open_memstream(&text, &size) else { return [] }
        rd_kafka_conf_properties_show(file)
        fclose(file)
        guard let text else { return [] }
        defer { free(text) }
        return names(inTable: String(cString: text))
    }()

    /// The first column of a Markdown table, without its head.
    static func names(inTable text: String) -> [String] {
        text.split(separator: "\n").compactMap { line in
            guard let bar = line.firstIndex(of: "|") else { return nil }
            let name = line[..<bar].filter { $0 != " " }
            let isName = name.contains { $0.isLowercase } && !name.contains { $0.isUppercase }
            return isName ? name : nil
        }
    }
}
