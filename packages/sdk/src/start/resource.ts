import type { Attributes } from "@opentelemetry/api";
import {
  defaultResource,
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceNameEnvDetector,
  type Resource,
} from "@opentelemetry/resources";
import { attr } from "@throughline/core";

import { configure, currentSettings } from "../settings.ts";

/**
 * Who emits. Only what the program and its environment say: detectors of host and process would put command lines and user
 * names on every record.
 */
export function resourceFor(service: string | undefined, attributes: Attributes): Resource {
  const said = defaultResource()
    .merge(detectResources({ detectors: [resourceAttributesEnvDetector, serviceNameEnvDetector] }))
    .merge(resourceFromAttributes(attributes))
    .merge(resourceFromAttributes(service === undefined ? {} : { [attr.serviceName]: service }));
  // Segments of a trace are derived from the instance id: the one on the wire must be the one they came from.
  const instanceId = said.attributes[attr.serviceInstanceId];
  if (typeof instanceId === "string" && instanceId !== "") configure({ instanceId });
  const settings = currentSettings();
  return said.merge(
    resourceFromAttributes({
      [attr.serviceInstanceId]: settings.instanceId,
      [attr.contentCapture]: settings.capture,
    }),
  );
}
