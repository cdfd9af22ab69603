/** schema.graphql: the schema as text, types by name so that moving a file changes nothing; written by scripts/docs.ts. */
import type { GraphQLSchema } from 'graphql';
import { isIntrospectionType, isSpecifiedScalarType, printType } from 'graphql';

/** The text of a schema with its descriptions. */
export function printSchemaByName(schema: GraphQLSchema): string {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
  );
  const sorted = types.sort((a, b) => (a.name < b.name ? -1 : 1));
  return `# Generated from the code; npm run docs writes it anew.\n\n${sorted.map((type) => printType(type)).join('\n\n')}\n`;
}
