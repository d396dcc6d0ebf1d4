/// The ways in which some of the demo's records are broken, each with the reason that its letter must have.
enum DemoFault: CaseIterable, Sendable {
    case noText, truncated, badUTF8, noID, emptySource, oldVersion, typeTwice, badTime, avro, typesDisagree
    case unknownType, noData, wrongDataType, refused, alwaysFails

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
