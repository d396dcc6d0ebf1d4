/// Sizes in bytes as people write them: `256MiB`, `64KiB`, `1048576`.
package enum ByteSizeText {
    private static let binary: [(name: String, size: Int)] = [
        ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10),
    ]
    private static let decimal: [(name: String, size: Int)] = [
        ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000), ("B", 1), ("", 1),
    ]

    /// A whole number with `KiB`, `MiB`, `GiB`, `TiB` (powers of 1024), `KB`, `MB`, `GB`, `TB` (powers of 1000), `B` or
    /// no unit. Case does not count. Nil for anything else and for what does not fit 63 bits.
    package static func parse(_ text: String) -> Int? {
        let digits = text.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard let number = Int(Substring(digits)) else { return nil }
        let name = Substring(text.utf8.dropFirst(digits.count)).lowercased()
        guard let unit = (binary + decimal).first(where: { $0.name.lowercased() == name }) else { return nil }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: unit.size)
        return overflow ? nil : bytes
    }

    /// In the largest binary unit that divides it.
    package static func text(_ bytes: Int) -> String {
        guard bytes != 0, let unit = binary.first(where: { bytes % $0.size == 0 }) else { return String(bytes) }
        return "\(bytes / unit.size)\(unit.name)"
    }
}
