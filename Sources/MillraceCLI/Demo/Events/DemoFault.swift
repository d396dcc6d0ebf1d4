/// The ways in which some of the demo's records are broken, each with the reason that its letter must have.
enum DemoFault: CaseIterable, Sendable {
    case noText, truncated, badUTF8, noID, emptySource, oldVersion, typeTwice, badTime, avro, typesDisagree
    case unknownType, noData, wrongDataType, refused, alwaysFails

    /// Whether the event itself is valid, so that it comes as far as a processor.
    var isSeenByProcessor: Bool {
        switch self {
        case .noData, .wrongDataType, .refused, .alwaysFails: true
        default: false
        }
    }

    /// What the inventory of tasks tolerates in the data, whatever else becomes of the event.
    var tolerances: [String] { self == .refused ? ["unknownEnum:/data/resourceType"] : [] }

    /// The reason as the dead letter spells it.
    var reason: String {
        switch self {
        case .noText: "notACloudEvent"
        case .truncated: "jsonSyntax"
        case .badUTF8: "invalidUtf8"
        case .noID: "missingAttribute:id"
        case .emptySource: "emptyAttribute:source"
        case .oldVersion: "unsupportedSpecVersion"
        case .typeTwice: "duplicateAttribute:type"
        case .badTime: "invalidTimestamp:time"
        case .avro: "unsupportedEventFormat"
        case .typesDisagree: "typeConflict"
        case .unknownType: "noRoute"
        case .noData: "dataMissing"
        case .wrongDataType: "invalidData:/data/enabled"
        case .refused: "rejected:\(DemoTask.refusedCode)"
        case .alwaysFails: "retriesExhausted"
        }
    }
}
