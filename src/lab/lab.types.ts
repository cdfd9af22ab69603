/** The types of the lab: what its instrument can do. A run is a task, of src/tasks. */
import { Field, Float, ObjectType } from 'type-graphql';
import { JsonScalar } from '../platform/graphql/scalars.ts';
import type { LabFunction, LabParameter } from './instrument.ts';

/** A parameter of a function. */
@ObjectType('LabParameter', {
  simpleResolvers: true,
  description: 'What a function of the instrument is given.',
})
export class LabParameterType {
  @Field(() => String)
  name!: string;
  @Field(() => String, { description: 'text, number, integer or boolean.' })
  type!: string;
  @Field(() => String)
  description!: string;
  @Field(() => [String], { nullable: true, description: 'The only texts that are taken.' })
  options!: readonly string[] | null;
  @Field(() => Float, { nullable: true })
  minimum!: number | null;
  @Field(() => Float, { nullable: true })
  maximum!: number | null;
  @Field(() => JsonScalar, {
    nullable: true,
    description: 'The value where none is given; null where one has to be.',
  })
  default!: unknown;
}

/** A function of the instrument. */
@ObjectType('LabFunction', { simpleResolvers: true, description: 'A function of the instrument.' })
export class LabFunctionType {
  @Field(() => String)
  name!: string;
  @Field(() => String)
  description!: string;
  @Field(() => [LabParameterType])
  parameters!: readonly LabParameterType[];
  @Field(() => Boolean, { description: 'For the lab itself (initialisation, destruction): nobody runs it.' })
  isProtected!: boolean;
  @Field(() => String, { description: 'A call of it, to begin with.' })
  example!: string;
}

/** The lab. */
@ObjectType({
  simpleResolvers: true,
  description: 'A remote laboratory: a measuring instrument whose functions are called from afar.',
})
export class Lab {
  @Field(() => String, { description: 'The name of its instrument.' })
  instrument!: string;
  @Field(() => [LabFunctionType])
  functions!: readonly LabFunctionType[];
}

/** A function as the schema shows it. */
export function shown({ name, description, parameters, isProtected }: LabFunction): LabFunctionType {
  const needed = parameters.filter((parameter) => parameter.default === undefined);
  return {
    name,
    description,
    isProtected,
    parameters: parameters.map((parameter) => ({
      options: null,
      minimum: null,
      maximum: null,
      ...parameter,
      default: parameter.default ?? null,
    })),
    example: `${name}(${needed.map(exampleOf).join(', ')})`,
  };
}

function exampleOf({ type, options, minimum = 0, maximum = 1 }: LabParameter): string {
  if (type === 'text') return `'${options?.[0] ?? 'text'}'`;
  if (type === 'boolean') return 'true';
  return String(Math.max(minimum, Math.min(1, maximum)));
}
