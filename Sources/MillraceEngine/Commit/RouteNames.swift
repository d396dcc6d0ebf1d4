/// What a worker's routes are called beside committed offsets: names that outlast a start with other or reordered routes,
/// where the routes' numbers would not.
///
/// A name is a digest of the processor's name, of the types in whatever order, and, among routes that are alike, of which
/// one it is: the first, the second.
package struct RouteNames: Sendable, Equatable {
    /// By number, eight hexadecimal digits each.
    package let texts: [String]
    private let numbers: [String: UInt8]

    /// The names of a configuration's routes, in its order; at most ``LaneEngine/maximumRoutes``.
    package init(_ routes: [(processor: String, types: [String])]) {
        var texts: [String] = []
        var numbers: [String: UInt8] = [:]
        for route in routes {
            var occurrence = 0
            // Alike, or by a rare chance of the same digest.
            while numbers[Self.name(route.processor, route.types, occurrence)] != nil { occurrence += 1 }
            let name = Self.name(route.processor, route.types, occurrence)
            numbers[name] = UInt8(texts.count)
            texts.append(name)
        }
        self.texts = texts
        self.numbers = numbers
    }

    /// The number of the route of this name; nil: there is none.
    package func number(of text: some StringProtocol) -> UInt8? { numbers[String(text)] }

    /// FNV-1a of 32 bits over the words, each followed by a byte that is in no name.
    private static func name(_ processor: String, _ types: [String], _ occurrence: Int) -> String {
        var digest: UInt32 = 0x811C_9DC5
        for word in [processor] + types.sorted() + ["\(occurrence)"] {
            for byte in Array(word.utf8) + [0] { digest = (digest ^ UInt32(byte)) &* 0x0100_0193 }
        }
        let digits = String(digest, radix: 16)
        return String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }
}
