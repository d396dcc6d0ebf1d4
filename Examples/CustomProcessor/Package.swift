// swift-tools-version: 6.2

import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
    // A handler is called on its lane without asking for its executor again.
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
    name: "custom-processor",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "millrace", path: "../..")],
    targets: [
        .executableTarget(
            name: "CustomProcessor",
            dependencies: [
                .product(name: "CloudEvents", package: "millrace"), .product(name: "Millrace", package: "millrace"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CustomProcessorTests",
            dependencies: [
                "CustomProcessor", .product(name: "CloudEvents", package: "millrace"),
                .product(name: "Millrace", package: "millrace"),
                .product(name: "MillraceTesting", package: "millrace"),
            ],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
