import Millrace

extension InputCases {
    /// Rows 1 to 5, 12 and 13: which mode, which format, which value.
    static let modes: [InputCase] = [
        both(
            1, "media type in mixed case",
            InputRecord.structured(InputRecord.json(), contentType: "Application/CloudEvents+JSON; Charset=utf-8"),
            .routed()),
        both(
            1, "media type without parameters",
            InputRecord.structured(InputRecord.json(), contentType: "application/cloudevents+json"), .routed()),
        both(
            2, "no headers, a CloudEvent", InputRecord.structured(InputRecord.json(), contentType: nil),
            .routed("implicitStructured")),
        both(
            2, "no headers, other JSON", InputRecord.structured(#"{"a":1}"#, contentType: nil), .dead("notACloudEvent")),
        both(2, "no headers, an array", InputRecord.structured("[1]", contentType: nil), .dead("notACloudEvent")),
        both(
            2, "no headers, no JSON", InputRecord.structured(bytes: [0xDE, 0xAD], contentType: nil),
            .dead("notACloudEvent")),
        differing(
            2, "content-type JSON, a CloudEvent",
            InputRecord.structured(InputRecord.json(), contentType: "application/json"),
            strict: .dead("notACloudEvent"), qlik: .routed("implicitStructured")),
        both(
            2, "content-type JSON, other JSON", InputRecord.structured(#"{"a":1}"#, contentType: "application/json"),
            .dead("notACloudEvent")),
        both(
            3, "a header that disagrees", InputRecord.event([:]).adding("ce_id", Array("other".utf8)),
            .routed("headerMismatch:id")),
        both(
            3, "a header that agrees", InputRecord.event([:]).adding("ce_id", Array("1".utf8)), .routed()),
        both(
            3, "a type in a header that disagrees", InputRecord.event([:]).adding("ce_type", Array("other".utf8)),
            .routed("headerMismatch:type", type: InputRecord.createdType)),
        both(
            4, "batch media type",
            InputRecord.structured("[\(InputRecord.json())]", contentType: "application/cloudevents-batch+json"),
            .dead("batchNotSupported")),
        both(4, "an array", InputRecord.structured("[\(InputRecord.json())]"), .dead("notAnObject")),
        both(4, "a string", InputRecord.structured(#""text""#), .dead("notAnObject")),
        both(
            5, "avro", InputRecord.structured("any", contentType: "application/cloudevents+avro"),
            .dead("unsupportedEventFormat")),
        both(
            5, "no format", InputRecord.structured(InputRecord.json(), contentType: "application/cloudevents"),
            .dead("unsupportedEventFormat")),
        both(
            5, "no format, with a parameter",
            InputRecord.structured(InputRecord.json(), contentType: "application/cloudevents; charset=utf-8"),
            .dead("unsupportedEventFormat")),
        both(12, "binary, null value", InputRecord.binary(value: nil), .routed().refusingData("dataMissing")),
        both(13, "structured, null value", InputRecord.structured(bytes: nil), .dead("emptyValue")),
        both(13, "structured, empty value", InputRecord.structured(bytes: []), .dead("emptyValue")),
        both(13, "tombstone", InputRecord.structured(bytes: nil, contentType: nil), .skipped("tombstone")),
        both(
            13, "tombstone with other headers",
            InputRecord.structured(bytes: nil, contentType: "application/json").adding("trace", [1]),
            .skipped("tombstone")),
        both(13, "binary JSON, empty value", InputRecord.binary(value: ""), .routed().refusingData("dataSyntax")),
    ]

    /// Rows 6 to 11: attributes as headers.
    static let binaryHeaders: [InputCase] =
        ["id", "source", "type"].map {
            both(6, "no ce_\($0)", InputRecord.binary(["ce_\($0)": nil]), .dead("missingAttribute:\($0)"))
        } + [
            both(6, "all there", InputRecord.binary(), .routed()),
            both(6, "no ce_specversion", InputRecord.binary(["ce_specversion": nil]), .dead("notACloudEvent")),
            both(
                7, "CE_ID", InputRecord.binary(["ce_id": nil, "CE_ID": "1"]), .routed("headerNameCase:id")),
            both(
                7, "CONTENT-TYPE", InputRecord.binary(["content-type": nil, "CONTENT-TYPE": "application/json"]),
                .routed("headerNameCase:datacontenttype")),
            both(
                7, "both cases, different values", InputRecord.binary(["CE_ID": "2"]), .dead("duplicateAttribute:id")),
            both(
                8, "ce_type twice", InputRecord.binary().adding("ce_type", Array("other".utf8)),
                .dead("duplicateAttribute:type")),
            both(9, "null extension", InputRecord.binary().adding("ce_tenantid", nil), .routed()),
            both(
                9, "null ce_id", InputRecord.binary().replacing("ce_id", with: .init("ce_id", nil)),
                .dead("missingAttribute:id")),
            both(
                9, "ce_id not UTF-8",
                InputRecord.binary().replacing("ce_id", with: .init(name: Array("ce_id".utf8), value: [0x61, 0xFF])),
                .dead("invalidUtf8:ce_id")),
            both(
                9, "content-type not UTF-8",
                InputRecord.binary().replacing(
                    "content-type", with: .init(name: Array("content-type".utf8), value: [0x61, 0xFF])),
                .dead("invalidUtf8:content-type")),
            both(9, "another header not UTF-8", InputRecord.binary().adding("trace", [0xFF, 0, 0xC0]), .routed()),
            both(
                10, "percent sign in ce_subject", InputRecord.binary(["ce_subject": "Euro%20%E2%82%AC"]), .routed()),
            both(
                11, "ce_datacontenttype that differs", InputRecord.binary(["ce_datacontenttype": "text/plain"]),
                .dead("duplicateAttribute:datacontenttype")),
            both(
                11, "ce_datacontenttype that agrees", InputRecord.binary(["ce_datacontenttype": "application/json"]),
                .routed("duplicateContentType")),
        ]
}
