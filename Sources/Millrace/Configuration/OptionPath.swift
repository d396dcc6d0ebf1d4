/// Where a value stands in the configuration: `routes[1].options.path`.
public struct OptionPath: Sendable, Hashable, CustomStringConvertible {
    package enum Element: Sendable, Hashable {
        case key(String)
        case index(Int)
    }

    package private(set) var elements: [Element] = []

    /// The root.
    public init() {}

    package init(_ elements: [Element]) { self.elements = elements }

    package func appending(_ key: String) -> OptionPath { OptionPath(elements + [.key(key)]) }
    package func appending(_ index: Int) -> OptionPath { OptionPath(elements + [.index(index)]) }
    package func appending(_ other: OptionPath) -> OptionPath { OptionPath(elements + other.elements) }

    package mutating func push(_ element: Element) { elements.append(element) }
    package mutating func pop() { elements.removeLast() }

    package var isRoot: Bool { elements.isEmpty }
    package var parent: OptionPath? { elements.isEmpty ? nil : OptionPath(Array(elements.dropLast())) }

    /// Keys joined by `.`, places in a list counted from 0 in brackets. Empty for the root.
    public var description: String {
        var text = ""
        for element in elements {
            switch element {
            case .key(let key): text += text.isEmpty ? key : ".\(key)"
            case .index(let index): text += "[\(index)]"
            }
        }
        return text
    }
}
